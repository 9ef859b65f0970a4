"""The look of the pages before the app: the same paper and ink."""

STYLE = """
:root { --ground: #fbfaf7; --sheet: #fff; --ink: #1c1b19; --faint: #68635a; --line: #dcd8ce; --accent: #1f4e9e;
        --on: #fbfaf7; --fault: #9c1f18; --fault-ground: #fbeeec; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #191816; --sheet: #211f1c; --ink: #e9e5da; --faint: #aaa498; --line: #3b3833; --accent: #8db2ee;
          --on: #191816; --fault: #f0a199; --fault-ground: #3a211e; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center; padding: 1.5rem 1rem;
       background: var(--ground); color: var(--ink);
       font: 16px/1.5 "Source Sans", system-ui, -apple-system, "Segoe UI", sans-serif; }
main { width: 100%; max-width: 24rem; background: var(--sheet); border: 1px solid var(--line); border-radius: 10px;
       padding: 2.2rem 2rem 1.9rem; }
header svg { width: 44px; height: 44px; display: block; margin-bottom: 1.1rem; }
h1 { font-size: 1.6rem; font-weight: 600; line-height: 1.2; margin: 0 0 .25rem; }
header p { margin: 0 0 1.5rem; color: var(--faint); overflow-wrap: anywhere; }
label { display: block; font-size: .92rem; margin: 1rem 0 .3rem; }
input { width: 100%; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line);
        border-radius: 6px; padding: .6rem .75rem; min-height: 2.8rem; }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
small { display: block; color: var(--faint); font-size: .86rem; margin-top: .3rem; }
button, .provider { display: block; width: 100%; min-height: 2.8rem; font: inherit; font-weight: 600; cursor: pointer;
                    border-radius: 6px; border: 1px solid var(--line); background: transparent; color: var(--ink);
                    padding: .6rem 1rem; text-align: center; text-decoration: none; }
.provider { margin-bottom: .6rem; font-weight: 500; }
.primary { background: var(--accent); border-color: var(--accent); color: var(--on); margin-top: 1.5rem; }
button:hover, .provider:hover { border-color: var(--accent); } .primary:hover { filter: brightness(1.08); }
.quiet button { margin-top: .8rem; border-color: transparent; color: var(--accent); font-weight: 500; }
.or { display: flex; align-items: center; gap: .8rem; color: var(--faint); font-size: .9rem; margin: 1rem 0 -.2rem; }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
.more { margin: 1.3rem 0 0; color: var(--faint); font-size: .95rem; }
.more + .more { margin-top: .35rem; } a { color: var(--accent); }
.fault, .note { margin: 0 0 1.2rem; padding: .6rem .8rem; border-radius: 6px; font-size: .95rem;
                overflow-wrap: anywhere; }
.fault { background: var(--fault-ground); color: var(--fault); } .note { border: 1px solid var(--line); }
@media (max-width: 480px) { body { place-items: start center; padding: 0; }
  main { border: 0; border-radius: 0; background: transparent; padding: 2.4rem 1.4rem; } }
@media (max-width: 480px) { body { background: var(--ground); } input { background: var(--sheet); } }
"""
