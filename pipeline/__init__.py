"""Zhengming (正名): Chinese policy texts into English that can be quoted."""

__version__ = "0.1.0"
