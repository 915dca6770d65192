"""Small valid files of the formats that are text."""

import json

MARKDOWN = """---
title: "Works: a tour"
date: 2024-04-30
lang: en
url: https://example.org/works
tags: [a, b]
---

# Works {#works}

The works has **8 halls** and [a yard](/yard.md#gate "Gate")[^1]. 工厂有`8`个车间&nbsp;。<br>Open daily.

> [!NOTE]
> A ~~quoted~~ line, ![picture](a.png).

Underlined
----------

1. First {{< ref "x" >}}
2. Second
   - inner [x][ref]
   - [ ] box

| Hall | Size \\| m |
| ---- | :--: |
| A | 40 |
| `B` | **50** |

```sh
make all
```

<table><tr><th rowspan="2">a</th><td colspan=2>b</td></tr><tr><td>c</td></tr></table>

**Bold line**

Is it open?

Yes, it is.

Term
: What it means.

[ref]: https://example.org "t"
[^1]: A note.
"""
TEXT = """第一章 总则

来源：市政府
工厂位于龙泉驿区，共有8个车间。It opened in 1998, and was closed in 2004.

（一）甲的；
（二）乙的。

1. First line
2. Second line

Opening hours:
Monday: 9 to 5
Tuesday: 9 to 6

Q: Is it open?
Yes, from nine. 相关阅读
第二条 other
"""
HTML = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Works - City</title>
<meta property="og:title" content="Works"><meta name="date" content="2024-04-30"><link rel="canonical" href="https://a.org/w">
<script type="application/ld+json">{"@graph": [{"headline": "Works", "publisher": {"name": "City"}}]}</script></head><body>
<nav class="menu">Home</nav><main><h1>Works</h1><p>The works has <b>8 halls</b><sup>1</sup> and <a href="y.html">a
yard</a>.<br/>工厂有8个车间。</p><ol start="3"><li value="4">First<ul><li>inner</li></ul></li><li>Second</li></ol>
<table><caption>Halls</caption><thead><tr><th rowspan="2">Hall</th><th colspan="2">Size</th></tr><tr><th>m</th></tr></thead>
<tr><td>A</td><td>40</td><td>x</td></tr></table><pre>make  all
now</pre><dl><dt>Term</dt><dd>Meaning</dd></dl><details><summary>More</summary><p>Text here.</p></details>
<p>Noted<a role="doc-noteref" href="#n1">1</a></p><aside id="n1" role="doc-footnote"><span class="label">1</span> A note.</aside>
<section class="footnotes"><ol><li id="fn2">Another <a class="footnote-backref" href="#">^</a></li></ol></section>
<figure><img src="a.png"><figcaption>A hall</figcaption></figure></main><footer>x</footer></body></html>"""
RST = """Works
=====

The *works* has **8 halls** [1]_ and `a yard <https://a.org>`_. :ref:`see <x>` |sub|

.. |sub| replace:: text

1. First
2. Second

   * inner

+------+------+
| Hall | Size |
+======+======+
| A    | 40   |
+------+------+

===  ===
a    b
===  ===
1    2
===  ===

.. code-block:: sh

   make all

.. note:: Careful here.

:Field: value

Term
  Meaning

.. [1] A note.
"""
ADOC = """= Works
Ann Author <a@example.org>
v1.0, 2024-04-30
:toc:

== Halls

The works has *8 halls*footnote:[Since 2004.] and https://a.org[a yard]. <<x,See>> kbd:[Ctrl]

* one
** two
. first

.A title
[cols="1,2*",options="header"]
|===
|Hall |Size |m
|A |40 |x
|===

----
make all
----

Term:: Meaning
NOTE: Careful.
"""
RTF = (
    "{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0\\fcharset134 SimSun;}}{\\info{\\title Works}}"
    "\\pard The works has {\\b 8 halls}.\\par \\u24037?\\u21378? \\'b9\\'a4\\'b3\\'a7\\par"
    "\\trowd\\cellx100\\cellx200 Hall\\cell Size\\cell\\row\\trowd\\cellx100\\cellx200 A\\cell 40\\cell\\row"
    '{\\field{\\*\\fldinst HYPERLINK "https://a.org"}{\\fldrslt a yard}}\\bin3 abc\\line\\tab end.}'
)
MAIL = """From: =?utf-8?q?Ann_=C3=84?= <ann@example.org>
To: b@example.org
Subject: Re: =?gb2312?B?uaSzp8rTsuw=?= tour
Date: Tue, 30 Apr 2024 08:00:00 +0200
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b0"

--b0
Content-Type: multipart/alternative; boundary="b1"

--b1
Content-Type: text/plain; charset="gb18030"; format=flowed
Content-Transfer-Encoding: quoted-printable

=B9=A4=B3=A7 The works has 8 halls.
--b1
Content-Type: text/html; charset=utf-8

<p>The works has 8 halls.</p>
--b1--
--b0
Content-Type: text/csv; name="a.csv"
Content-Disposition: attachment; filename*=utf-8''h%C3%A4lls.csv
Content-Transfer-Encoding: base64

SGFsbCxTaXplCkEsNDAKQiw1MAo=
--b0
Content-Type: message/rfc822

Subject: inner
From: c@example.org

The inner mail has 9 halls.
--b0--
"""
RECORDS = {
    "title": "Works",
    "halls": [{"name": "A", "size": 40, "note": "<b>big</b>"}, {"name": "B", "size": None}],
    "open": {"days": ["Monday", "Tuesday"], "hours": {"from": 9.5, "to": True}},
    "list": [[1, "two"], {"x": ["y"]}],
}
YAML = """title: Works
halls:
  - {name: A, size: 40}
  - name: B
    size: ~
open: [Monday, 2024-04-30, 1_000, 0x1F, 12:30:45, .inf, "\\u5de5"]
text: |
  The works
  has 8 halls.
other: !!str 8
? key
: value
"""
NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": ["# Works\n", "It has 8 halls.\n"]},
        {"cell_type": "code", "source": "print(8)", "outputs": []},
    ],
    "nbformat": 4,
}
MDX = "import X from 'x'\nexport const a = {\n  b: 1\n}\n\n# Works\n\nIt has <X a={1}>8</X> halls. {/* c */}\n"
CSV = 'Hall,Size,"Note, long"\nA,40,"x ""y"""\nB,50,"two\nlines"\n\n工厂,8\n'
SEEDS: dict[str, list[bytes]] = {
    "text": [TEXT.encode(), TEXT.encode("gb18030"), TEXT.encode("utf-16"), MARKDOWN.encode(), TEXT.encode("utf-16-be")],
    "markdown": [MARKDOWN.encode(), HTML.encode(), b"+++\ntitle = 'Works'\ndate = 2024-04-30\n+++\nIt has 8 halls.\n"],
    "html": [HTML.encode(), HTML.replace("utf-8", "gb2312").encode("gb18030"), b"<p>It has 8 halls.</p><p>Yes.</p>"],
    "sheet.csv": [CSV.encode(), CSV.replace(",", ";").encode("utf-16"), CSV.replace(",", "\t").encode("gb18030")],
    "records.json": [json.dumps(RECORDS).encode(), json.dumps(RECORDS["halls"], ensure_ascii=False).encode()],
    "records.jsonl": [b'{"q": "Open?", "a": "Yes."}\n{"q": "Where?", "a": ["Here.", 2]}\n'],
    "records.yaml": [YAML.encode(), json.dumps(RECORDS).encode()],
    "converted.mdx": [MDX.encode(), MARKDOWN.encode()],
    "converted.ipynb": [json.dumps(NOTEBOOK).encode()],
    "converted.rst": [RST.encode()],
    "converted.rtf": [RTF.encode()],
    "adoc": [ADOC.encode()],
    "mail.eml": [MAIL.encode(), b"Subject: works\nContent-Type: text/html\n\n<p>It has 8 halls.</p>\n"],
}
"""Place of a reader, as the table of readers has it -> files that it reads."""
