// Makes the words of the signs, one file a language, of what Unicode publishes: run it once a year, when signs are added.
//   npm install --prefix FOLDER emojibase-data@17.0.0 cldr-annotations-full@48.2.0 cldr-annotations-derived-full@48.2.0
//   node src/lib/emoji/make.mjs FOLDER
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';
import { URL } from 'node:url';

const require = createRequire(`${process.argv[2]}/package.json`);
const signs = require('emojibase-data/en/data.json');
const shortcodes = require('emojibase-data/en/shortcodes/github.json');
/** Parts of signs, which stand nowhere by themselves. */
const component = 2;

/** A flag of a region is written with the two letters of its code (Unicode UTS 51, 1.4.6). */
function regionOf(sign) {
  const letters = [...sign].map((one) => one.codePointAt(0) - 0x1f1e6 + 65);
  return letters.length === 2 && letters.every((one) => one >= 65 && one <= 90)
    ? String.fromCharCode(...letters)
    : null;
}

for (const language of ['ca', 'en', 'es']) {
  const annotations = {
    ...require(`cldr-annotations-derived-full/annotationsDerived/${language}/annotations.json`).annotationsDerived
      .annotations,
    ...require(`cldr-annotations-full/annotations/${language}/annotations.json`).annotations.annotations
  };
  const regions = new Intl.DisplayNames([language], { type: 'region' });
  const words = signs
    .filter(({ group, order }) => group !== undefined && group !== component && order !== undefined)
    .map(({ emoji, hexcode, label, group, order, version, skins = [], tags = [] }) => {
      const region = regionOf(emoji);
      const said = annotations[emoji] ?? annotations[emoji.replaceAll('\ufe0f', '')];
      const codes = [shortcodes[hexcode] ?? []].flat();
      const tones = skins.flatMap(({ emoji, tone, version }) =>
        typeof tone === 'number' ? { emoji, tone, version } : []
      );
      return {
        emoji,
        annotation: region ? regions.of(region) : (said?.tts?.[0] ?? label),
        tags: (said?.default ?? tags).filter((tag) => tag !== said?.tts?.[0]),
        shortcodes: codes,
        group,
        order,
        version,
        ...(tones.length > 0 && { skins: tones })
      };
    });
  const lines = words.map((one) => JSON.stringify(one)).join(',\n');
  writeFileSync(new URL(`${language}.json`, import.meta.url), `[\n${lines}\n]\n`);
}
