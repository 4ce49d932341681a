"""Answers that would be active in a page that showed them as anything but text. Each that runs sets `window.pwned`."""

from __future__ import annotations

HOSTILE_PROSE = """\
It is <script>window.pwned = 1</script> never negative <img src=x onerror="window.pwned = 2">
<svg onload="window.pwned = 3"></svg> <iframe srcdoc="<script>parent.pwned = 4</script>"></iframe>
[click](javascript:window.pwned=5) <a href="javascript:window.pwned=6">here</a>
<details open ontoggle="window.pwned=7">x</details>
$\\href{javascript:window.pwned=8}{x}$ <math><mtext></math><img src onerror="window.pwned=9">
<style>body { display: none }</style><form action="http://example.org"><input name="q"></form>
"""
HOSTILE_CODE = """\
def square(x):
    return x * x
from IPython.display import HTML, SVG, Javascript, Markdown, display
display(HTML("<script>window.pwned = 11</script><img src=x onerror='window.pwned = 12'>"))
display(Javascript("window.pwned = 13"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='window.pwned = 14'></svg>"))
display(Markdown("<img src=x onerror='window.pwned = 15'>"))
print("</pre><script>window.pwned = 16</script>")
"""
