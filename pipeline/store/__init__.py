"""The project's store: documents, versions, segments, flags, decisions, memory, users, runs.

How to use it (nothing here imports the database until a module is imported)::

    from pipeline.store.database import Store
    from pipeline.store import documents, queue, decisions, memory, proposals, users, journal

    with Store.in_folder(folder) as store:        # or Store("postgresql://…"); migrates itself
        project = store.project()                 # id of the folder's one project
        with store.read() as connection:          # one consistent state
            page = queue.queue(connection, project, queue.QueueFilter(code="T1"), after=None, limit=50)
            detail = queue.segment_detail(connection, page.items[0].id, user="li")
            units = memory.concordance(connection, project, "稀土")
            counts = documents.progress(connection, project)
        with store.write() as connection:         # one transaction
            queue.lock(connection, segment_id, "li")

What each module is for:

``database``   :class:`Store`: open, migrate, ``read()``, ``write()``, ``check()``, ``project()``.
``records``    the frozen rows that everything returns (``QueueItem``, ``SegmentDetail``, ``DecisionRow``, …).
``documents``  ``documents``, ``document``, ``progress``, ``versions``, ``release``, ``load``, ``save_version``, …
``queue``      ``queue`` (filter, order, cursor), ``segment_detail``, ``lock``/``unlock``/``lock_holder``.
``around``     the page's own questions: the line before and after, documents and decisions by page, flags by code.
``decisions``  the append-only log: ``log``, ``decision``; changes of segments with their revision checked.
``memory``     ``add_units``, ``concordance``, ``all_units``, ``count``, ``StoredUnits`` for lookups.
``proposals``  ``proposals``, ``propose``, ``settle``.
``senses``     what reviewers chose for terms with several senses: ``add``, ``withdraw``, ``choices``.
``users``      ``users``, ``add_user``, ``change_user``, ``user_by_token``, sessions.
``journal``    runs, their items, and results by dependency.
``search``     the text index (FTS5, or arrays under GIN): two-character Chinese queries are found.
``schema``     the tables; ``migrations`` the alembic revisions that make them.

What a reviewer does goes through :class:`pipeline.reviewer.service.Review`, never through these modules directly:
it applies a decision and all that follows from it in one transaction. A change of something that someone else has
changed raises :class:`pipeline.errors.ConflictError`, whose ``current`` is the row as it stands.
"""
