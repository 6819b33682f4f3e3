/** Synapse's configuration, as data. It is written as JSON, which every reader of YAML reads. */
import { join } from 'node:path';
import { rateLimits } from './rate-limits.ts';

/** Bytes of one upload. */
export const maxUpload = 50 * 1024 * 1024;

export type Homeserver = {
  /** The server's name: what follows the colon in every address. */
  readonly name: string;
  /** Where people reach it, without a path. */
  readonly origin: string;
  readonly directory: string;
  readonly database: string;
  /** On loopback; the edge stands before it. */
  readonly port: number;
  readonly registration: 'open' | 'by-invitation' | 'closed';
  readonly federation: {
    readonly ranges: readonly string[];
    readonly retry: { readonly minimum: string; readonly maximum: string; readonly multiplier: number };
  } | null;
  /** null: it makes no previews of links. `networks`: private ranges whose pages it looks at all the same. */
  readonly previews: { readonly networks: readonly string[] } | null;
  /** What the zone itself writes in. */
  readonly language: string;
  readonly relay: { readonly uris: readonly string[]; readonly secret: string };
  readonly secrets: { readonly registration: string; readonly macaroon: string; readonly form: string };
  readonly signingKey: string;
  /** How often what is older than its room keeps is deleted, as Synapse writes durations. */
  readonly tidy: string;
  /** The alias of the room that everybody joins, and the user that owns it. */
  readonly plaza: string;
  readonly zoneUser: string;
};

/** The file that holds the hash of the administrator's link while it is unspent. */
export const administratorLink = (directory: string): string => join(directory, 'administrator.sha256');

export function homeserverConfig(server: Homeserver) {
  return {
    server_name: server.name,
    public_baseurl: `${server.origin}/`,
    serve_server_wellknown: false,
    listeners: [
      {
        type: 'http',
        port: server.port,
        bind_addresses: ['127.0.0.1'],
        tls: false,
        // Only the edge reaches this port from outside, and it writes the header itself.
        x_forwarded: true,
        resources: [{ names: server.federation ? ['client', 'federation'] : ['client'], compress: false }]
      }
    ],
    database: { name: 'sqlite3', args: { database: server.database } },
    media_store_path: join(server.directory, 'media'),
    log_config: join(server.directory, 'log.yaml'),
    signing_key_path: server.signingKey,
    registration_shared_secret: server.secrets.registration,
    macaroon_secret_key: server.secrets.macaroon,
    form_secret: server.secrets.form,
    report_stats: false,
    ...registration(server),
    ...federation(server),
    ...rateLimits,
    password_config: { policy: { enabled: true, minimum_length: 8 } },
    allow_guest_access: false,
    auto_join_rooms: [server.plaza],
    // The zone's own user makes it: a creator of a room of version 12 can never be demoted.
    autocreate_auto_join_rooms: false,
    // Status travels end to end between people who want it; the server's presence would tell everybody.
    presence: { enabled: false },
    user_directory: { enabled: true, search_all_users: true, prefer_local_users: true },
    require_auth_for_profile_requests: true,
    // People of other zones are found by their address before any room is shared.
    limit_profile_requests_to_users_who_share_rooms: false,
    // Zones show each other the rooms that they offer.
    allow_public_rooms_over_federation: server.federation !== null,
    // Anybody of the zone may offer an open room; moderation takes it off again.
    room_list_publication_rules: [{ action: 'allow' }],
    ...previews(server),
    max_upload_size: `${maxUpload / 1024 / 1024}M`,
    // How long conversations are kept is each room's own affair (`m.room.retention`); the zone holds them to it.
    retention: {
      enabled: true,
      purge_jobs: [
        { longest_max_lifetime: '3d', interval: server.tidy },
        // What is kept for weeks need not go to the hour: each room costs the database some work.
        { shortest_max_lifetime: '3d', interval: '1d' }
      ]
    },
    // Copies of other zones' files, which are had from there again.
    media_retention: { remote_media_lifetime: '30d' },
    user_ips_max_age: '14d',
    turn_uris: server.relay.uris,
    turn_shared_secret: server.relay.secret,
    turn_user_lifetime: '12h',
    turn_allow_guests: false,
    event_cache_size: '2K',
    caches: { global_factor: 0.5, expire_caches: true, cache_entry_ttl: '30m', sync_response_cache_duration: '30s' },
    modules: [
      {
        module: 'tertulia_zone.Zone',
        config: {
          link: administratorLink(server.directory),
          plaza: server.plaza,
          user: server.zoneUser,
          tidy: milliseconds(server.tidy)
        }
      }
    ]
  };
}

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const milliseconds = (duration: string): number =>
  Number(duration.slice(0, -1)) * units[duration.slice(-1) as keyof typeof units];

function registration({ registration: mode }: Homeserver) {
  if (mode === 'closed') return { enable_registration: false };
  if (mode === 'by-invitation') return { enable_registration: true, registration_requires_token: true };
  return { enable_registration: true, enable_registration_without_verification: true };
}

function federation({ federation: settings, name }: Homeserver) {
  // A key server vouches for others' keys; zones ask each other.
  const keys = { trusted_key_servers: [], suppress_key_server_warning: true };
  // Its own push gateway, which stands before it on this machine, is all that a zone for trying out reaches.
  const own = name === 'localhost' ? { ip_range_whitelist: ['127.0.0.1', '::1'] } : {};
  if (!settings) return { ...keys, ...own, federation_domain_whitelist: [] };
  return {
    ...keys,
    ip_range_whitelist: settings.ranges,
    federation: {
      // By default a zone that was away for a minute is left alone for ten.
      destination_min_retry_interval: settings.retry.minimum,
      destination_max_retry_interval: settings.retry.maximum,
      destination_retry_multiplier: settings.retry.multiplier,
      // While a link is cut its packets vanish, so that each try takes the whole timeout; the next one comes 5 s later
      // instead of a minute. What was sent meanwhile arrives at most 17 s after the link's return.
      client_timeout: '10s',
      max_long_retry_delay: '5s',
      max_short_retries: 2,
      max_short_retry_delay: '2s'
    }
  };
}

/**
 * What a link could name to reach into this machine, its network, or nowhere (IANA, special-purpose addresses). Synapse
 * adds those of IPv6 that stand for ones of IPv4.
 */
const neverLookedAt = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
  ...['::/128', '::1/128', '64:ff9b::/96', '64:ff9b:1::/48', '2001:db8::/32', '2002::/16'],
  ...['fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8']
];

/**
 * The page behind a link is looked at by the zone, so that its server learns the zone's address and nobody's own. Synapse
 * looks at a page once an hour, whoever asks and whether it answered or not, and forgets what it found after a day or two.
 */
function previews({ previews: settings, language }: Homeserver) {
  if (!settings) return { url_preview_enabled: false };
  return {
    url_preview_enabled: true,
    url_preview_ip_range_blacklist: neverLookedAt,
    url_preview_ip_range_whitelist: settings.networks,
    // Its head is enough of a page, and a picture beside two lines is small.
    max_spider_size: '2M',
    url_preview_accept_language: [language, ...(language === 'en' ? [] : ['en;q=0.5']), '*;q=0.1']
  };
}

const logConfig = {
  version: 1,
  formatters: { line: { format: '%(asctime)s %(levelname)s %(name)s %(message)s' } },
  handlers: { out: { class: 'logging.StreamHandler', formatter: 'line', stream: 'ext://sys.stdout' } },
  loggers: {
    // A line a request would tell who is on at what hour.
    'synapse.access': { level: 'WARNING' },
    'synapse.rest.client.login': { level: 'WARNING' },
    // A line a page would tell what people's links lead to.
    'synapse.http.client': { level: 'ERROR' },
    'synapse.http.server': { level: 'WARNING' },
    'synapse.media.url_previewer': { level: 'ERROR' },
    'synapse.media.oembed': { level: 'ERROR' },
    'synapse.media.preview_html': { level: 'ERROR' }
  },
  root: { level: 'INFO', handlers: ['out'] },
  disable_existing_loggers: false
};

/** The files that Synapse starts from. */
export function homeserverFiles(server: Homeserver) {
  return [
    {
      path: join(server.directory, 'homeserver.yaml'),
      mode: 0o600,
      text: `${JSON.stringify(homeserverConfig(server), null, 2)}\n`
    },
    { path: join(server.directory, 'log.yaml'), mode: 0o600, text: `${JSON.stringify(logConfig, null, 2)}\n` }
  ];
}
