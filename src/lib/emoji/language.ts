import { m } from '$lib/paraglide/messages';
import type { Locale } from '$lib/paraglide/runtime';
import type { I18n } from 'emoji-picker-element/shared';
import ca from './ca.json?url';
import en from './en.json?url';
import es from './es.json?url';

/** Where the signs and their names are, a language. */
export const signsIn: Readonly<Record<Locale, string>> = { ca, en, es };

/** The words of the picker, as it asks for them. */
export const pickerWords = (): I18n => ({
  regionLabel: m.signs(),
  searchLabel: m.sign_search(),
  searchDescription: m.sign_search_help(),
  searchResultsLabel: m.sign_found(),
  loadingMessage: m.loading(),
  networkErrorMessage: m.sign_unreachable(),
  emojiUnsupportedMessage: m.sign_missing(),
  favoritesLabel: m.sign_often(),
  categoriesLabel: m.sign_kinds(),
  categories: {
    custom: m.signs(),
    'smileys-emotion': m.sign_kind_smileys(),
    'people-body': m.sign_kind_people(),
    'animals-nature': m.sign_kind_animals(),
    'food-drink': m.sign_kind_food(),
    'travel-places': m.sign_kind_travel(),
    activities: m.sign_kind_activities(),
    objects: m.sign_kind_objects(),
    symbols: m.sign_kind_symbols(),
    flags: m.sign_kind_flags()
  },
  skinToneLabel: m.sign_skin({ tone: '{skinTone}' }),
  skinTonesLabel: m.sign_skins(),
  skinToneDescription: m.sign_skin_help(),
  skinTones: [m.sign_skin_0(), m.sign_skin_1(), m.sign_skin_2(), m.sign_skin_3(), m.sign_skin_4(), m.sign_skin_5()]
});
