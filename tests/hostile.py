"""A name that would act if it were taken for anything but text: HTML, Markdown, LaTeX, an icon, a turned direction."""

from __future__ import annotations

NAME = "=1+1 <img src=x onerror=window.harmed=1> $x^2$ **b** `c` :red[r] :home: %{y} \u202e.ed \x07"
TITLE = f"![p](http://evil.invalid/p.png) [l](javascript:window.harmed=1) {NAME[5:]}"
SHOWN = "<img src=x onerror=window.harmed=1> $x^2$ **b** `c` :red[r] :home: %{y}"
"""What a reader sees of both, whatever stands in the place of the letters that are not seen."""
