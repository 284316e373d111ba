"""Texts that were written elsewhere (Word, txt, Markdown, a web page), brought into a story."""
