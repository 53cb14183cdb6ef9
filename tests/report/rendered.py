"""What does GitHub make of Markdown? cmark-gfm is the library it uses; the rest is what it looks for afterwards."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

EXTENSIONS = ["table", "autolink", "strikethrough", "tagfilter", "tasklist"]
# Mentions, issue numbers, emoji, addresses, mathematics, hashes: looked for in each piece of text outside code.
ACTS = re.compile(r"@[A-Za-z0-9]|#\d|\bGH-\d|:[a-z_+-]+\d?:|https?://|www\.\w|\$\S|\b[0-9a-f]{7,40}\b|\w@\w")
VOID = {"wbr", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """The elements of a rendered text, its codes, and its pieces of text outside them."""

    def __init__(self, markdown):
        super().__init__(convert_charrefs=True)
        self.tags, self.codes, self.outside, self.rows, self.comments = [], [], [], [], []
        self.links, self.headings = [], []
        self._open = []
        self.html = cmarkgfm.markdown_to_html_with_extensions(
            markdown, options=Options.CMARK_OPT_UNSAFE, extensions=EXTENSIONS
        )
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in VOID:
            self._open.append(tag)
        if tag == "code":
            self.codes.append("")
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag == "a":
            self.links.append(dict(attrs).get("href"))
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append("")

    def handle_endtag(self, tag):
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_comment(self, data):
        self.comments.append(data)

    def handle_data(self, data):
        if "code" in self._open:
            self.codes[-1] += data
        else:
            self.outside.append(data)
        if "td" in self._open or "th" in self._open:
            self.rows[-1][-1] += data
        if self._open and self._open[-1].startswith("h") and self.headings and "code" not in self._open:
            self.headings[-1] += data

    @property
    def acting(self):
        """What outside of code and of links would be found and made to act."""
        return [found[0] for text in self.outside for found in ACTS.finditer(text)]
