"""Notices: what a person should hear, kept until it is read, and rung on their open pages."""
