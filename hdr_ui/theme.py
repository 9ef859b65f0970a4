"""The look that Streamlit's own settings cannot reach: the page's width, the number's size, cards and sheets."""

from __future__ import annotations

import streamlit as st

from hdr_core.evaluation.figures import DARK, LIGHT, Palette

PAGE_WIDTH_PX = 1160
"""Widest the page's column gets."""

FIELD_WIDTH_PX = 420
"""As wide as a field for one name or password is wanted."""

_STYLE = """
<style>
  .stMainBlockContainer { max-width: %(width)dpx; padding: 4.5rem 2rem 4rem; }
  @media (max-width: 640px) { .stMainBlockContainer { padding: 3.4rem 1rem 3rem; } }

  .hdr-answer { min-height: 8.2rem; }
  @media (min-width: 1060px) { .hdr-answer { padding-top: 3.6rem; } }
  .hdr-number { font-variant-numeric: tabular-nums lining-nums; font-weight: 600; line-height: 1.12;
                letter-spacing: .01em; white-space: pre-wrap; overflow-wrap: anywhere; color: var(--hdr-accent); }
  .hdr-note { color: var(--hdr-faint); font-size: .95rem; margin-top: .15rem; }
  .hdr-wait { color: var(--hdr-faint); font-size: 1.15rem; padding-top: .4rem; }
  .hdr-fault { border-left: 3px solid var(--hdr-fault); padding: .15rem 0 .15rem .75rem; margin: 0 0 .5rem;
               overflow-wrap: anywhere; }
  .hdr-fault b { font-weight: 600; } .hdr-fault span { color: var(--hdr-fault); }
  .hdr-file { font-weight: 600; overflow-wrap: anywhere; }
  .hdr-sign-out button { font: inherit; font-size: .875rem; color: inherit; background: transparent; cursor: pointer;
                         border: 1px solid var(--hdr-line); border-radius: 6px; padding: .25rem .75rem; }
  .hdr-sign-out button:is(:hover, :focus-visible) { border-color: var(--hdr-accent); color: var(--hdr-accent); }

  .st-key-pad { position: relative; overflow: clip; }
  .st-key-phone_links { display: none; }
  @media (max-width: 768px) {
    .st-key-phone_links { display: flex; position: fixed; top: .95rem; left: .6rem; z-index: 999999; width: auto;
                          max-width: calc(100vw - 3.4rem); overflow-x: auto; flex-wrap: nowrap; scrollbar-width: none; }
    [data-testid="stExpandSidebarButton"] { display: none; }
  }
  @media (max-width: 480px) {
    .st-key-phone_links { gap: 0; left: .3rem; }
    /* With one's account there is more than fits: the fade tells so. */
    .st-key-phone_links:has(.st-key-phone_account) {
      padding-right: 1rem; mask-image: linear-gradient(to left, transparent, #000 1rem); }
    .st-key-phone_links a { padding: .3rem .28rem; } .st-key-phone_links p { font-size: .84rem; }
    .st-key-phone_links a > span:has([data-testid="stIconMaterial"]) { display: none; }
    .st-key-phone_links, .st-key-phone_account { align-items: center; }
    .st-key-phone_links .st-key-phone_account {
      flex: none; a { justify-content: center; }
      a > span:has([data-testid="stIconMaterial"]) { display: inline-flex; }
      p { position: absolute; width: 1px; overflow: hidden; clip-path: inset(50%%); }
    }
    [class*="_part_choice"] button, .st-key-shades_choice button { padding: .25rem .5rem; }
  }
  @media (max-width: 768px) {
    [class*="st-key-row_"] { gap: 1rem; }
  }

  [data-testid="stElementContainer"]:has(> .stHtml > style) { display: none; }
  .stApp button { min-height: 2.6rem; }
  .st-key-pad_tools button { white-space: nowrap; }
  @media (max-width: 640px) { .st-key-pad_tools { gap: .5rem; } .st-key-pad_tools button { padding: .25rem .55rem; } }

  :is(.st-key-history_list, .st-key-review_settled) {
    button { justify-content: start; text-align: left; padding: .35rem .6rem; height: auto;
             > div, > div > *, [data-testid="stMarkdownContainer"] { width: 100%%; } }
    p { display: grid; align-items: center; column-gap: 1rem; font-variant-numeric: tabular-nums;
        grid-template-columns: 120px minmax(0, 1.4fr) 6rem 8rem 10.5rem minmax(0, 1fr); }
    img { width: 120px; height: 56px; max-height: none; object-fit: contain; border-radius: 3px; margin: 0; }
    strong { font-size: 1.25rem; font-weight: 600; color: var(--hdr-accent); overflow-wrap: anywhere; }
    em { font-style: normal; font-size: .9rem; color: var(--hdr-faint); overflow: hidden; text-overflow: ellipsis;
         white-space: nowrap; }
    @media (max-width: 768px) {
      p { grid-template-columns: 96px minmax(0, 1fr) max-content; row-gap: .1rem; }
      img { width: 96px; grid-row: 1 / 4; }
      em:nth-of-type(2n + 3), em:nth-of-type(2) { grid-column: 2 / 4; }
      em:nth-of-type(4) { grid-column: 2 / 4; }
    }
  }

  .st-key-number code { font-size: 2.1rem; font-weight: 600; line-height: 1.35; font-variant-numeric: tabular-nums;
                        font-family: "Source Sans", sans-serif; letter-spacing: .02em;
                        color: var(--hdr-accent); white-space: pre-wrap; overflow-wrap: anywhere; }
  .st-key-examples button { height: auto; padding: .4rem; }
  .st-key-examples p { display: grid; justify-items: center; gap: .35rem; line-height: 1.3; }
  .st-key-examples img { width: 150px; height: 106px; max-height: none; object-fit: contain; border-radius: 3px; }

  :is(.st-key-digit_choice, [class*="st-key-tiles_"]) {
    button { height: auto; padding: .55rem .4rem .5rem; min-width: 5.2rem; border-radius: 6px; }
    p { display: grid; justify-items: center; line-height: 1.3; font-variant-numeric: tabular-nums; }
    img { height: 56px; width: 56px; max-height: none; margin: 0 0 .3rem; border-radius: 3px;
          image-rendering: pixelated; object-fit: fill; }
    strong { font-size: 1.6rem; line-height: 1.2; }
    em { font-style: normal; font-size: .85rem; color: var(--hdr-faint); white-space: nowrap; }
  }
  [class*="st-key-tiles_"] strong { font-size: 1.1rem; white-space: nowrap; }
  [class*="st-key-tiles_"] em { font-size: .8rem; }

  /* A live page looks at its run every second: no sign that comes and goes with it. */
  .stApp:has(.st-key-plotly) [data-testid="stStatusWidget"] { display: none; }

  /* Nor does anything fade while it is brought up to date. */
  .stApp:has(.st-key-plotly) [data-stale="true"] { opacity: 1 !important; transition: none !important; }

  .stApp button[kind^="primary"]:not(:disabled), .stApp button[kind^="primary"]:not(:disabled) *,
  [data-testid="stMultiSelect"] [data-tag], [data-testid="stMultiSelect"] [data-tag] * { color: var(--hdr-on-accent); }

  /* Boxes are seen on a dark photograph as well. */
  :is([class*="st-key-photo_"], [class*="st-key-kept_"]) .scatterlayer .js-line {
    filter: drop-shadow(0 0 1px #fff) drop-shadow(0 0 1px #fff); }

  .stApp button[kind="tertiary"]:not(:disabled):is(:hover, :focus, :active, [aria-expanded="true"]),
  .stApp button[kind="tertiary"]:not(:disabled):is(:hover, :focus, :active, [aria-expanded="true"]) * {
    color: var(--hdr-accent); }

  .hdr-strip { width: 100%%; max-width: 560px; image-rendering: auto; border-radius: 3px; display: block; }
  .hdr-own-tile { width: 48px; height: 48px; border-radius: 3px; display: block; }
  .hdr-card h3 { font-size: 1.3rem; padding: 0; margin: 0 0 .1rem; } .hdr-card p { margin: .6rem 0; }
  .hdr-card ul { margin: .1rem 0 .6rem; padding-left: 1.1rem; }
  .hdr-panel { display: grid; grid-template-columns: repeat(auto-fill, minmax(74px, 1fr)); gap: .5rem; }
  .hdr-cell { display: grid; justify-items: center; border: 1px solid var(--hdr-line); border-radius: 6px;
              padding: .45rem .2rem .4rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
  .hdr-cell img { width: 48px; height: 48px; border-radius: 3px; image-rendering: pixelated; }
  .hdr-cell b { font-size: 1.35rem; font-weight: 600; } .hdr-cell span { font-size: .78rem; color: var(--hdr-faint); }
  .hdr-wrong b { color: var(--hdr-fault); text-decoration: line-through; text-decoration-thickness: 2px; }
  .hdr-own { border: 2px solid var(--hdr-accent); } .hdr-own b { color: var(--hdr-accent); }
  .hdr-other b { color: var(--hdr-fault); }
  .hdr-one img, .hdr-changed img { image-rendering: pixelated; border-radius: 4px; display: block; max-width: 100%%;
                                   height: auto; }
  .hdr-one .hdr-note { max-width: 26ch; } .hdr-one > img + .hdr-note { margin-top: .7rem; }
  .hdr-changed { display: flex; gap: 1.4rem; align-items: center; }
  .hdr-result { padding: .2rem 0 .4rem; }
  .hdr-result dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .8rem 0 0;
                   padding: 0; }
  .hdr-result dt, .hdr-result dd { padding: 0; }
  .hdr-result dt { color: var(--hdr-faint); } .hdr-result dd { margin: 0; font-variant-numeric: tabular-nums; }
  .st-key-run_figures { gap: .4rem 2.2rem; } .st-key-run_figures [data-testid="stMetricValue"] { font-size: 1.5rem; }
</style>
"""


def palette() -> Palette:
    """Colours of the theme that the browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def apply() -> None:
    """Put the style on the page; every page needs it once per run."""
    colors = palette()
    wrong = "#f0a199" if colors is DARK else "#b3261e"
    st.html(
        f"<style>:root {{ --hdr-accent: {colors.accent}; --hdr-faint: {colors.faint}; "
        f"--hdr-line: {colors.line}; --hdr-on-accent: {colors.sheet}; --hdr-fault: {wrong}; }}</style>"
        + _STYLE
        % {"width": PAGE_WIDTH_PX}
    )
