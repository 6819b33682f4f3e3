import { createECDH } from 'node:crypto';
import { connect } from 'node:tls';
import type { Finding } from '../finding.ts';
import { ask } from '../probe.ts';
import type { Zone } from '../zone.ts';

const effect = 'Browsers whose page of the zone is closed hear of no messages; with the page open they do.';
const patience = 3000;

/** Whether the zone can wake browsers: its keys belong together, its gateway answers by them, a push service is in reach. */
export async function pushFindings({ secrets, ports, settings, layout }: Zone): Promise<Finding[]> {
  const [publicKey = '', privateKey = ''] = secrets.vapid.split(' ');
  if (publicOf(privateKey) !== publicKey)
    return [
      {
        id: 'push.keys',
        level: 'error',
        symptom: `The two keys in ${layout.secret('vapid')} do not belong together.`,
        effect,
        fix: `Restore ${layout.secret('vapid')} from your backup of the data directory.`
      }
    ];
  const symptom = await gatewayTrouble(ports.web, publicKey);
  if (symptom !== null) {
    const fix = `Start the zone again; if that does not help, read ${layout.log('web')}.`;
    return [{ id: 'push.gateway', level: 'error', symptom, effect, fix }];
  }
  return reachFindings(settings.push);
}

/** The public key of a private one (P-256, RFC 8292, 3.2), both in base64url; null where it is none. */
function publicOf(privateKey: string): string | null {
  const pair = createECDH('prime256v1');
  try {
    pair.setPrivateKey(privateKey, 'base64url');
    return pair.getPublicKey('base64url');
  } catch {
    return null;
  }
}

/** Asks it for its key, and to push to nobody: an app that is not the zone's is one to be forgotten. */
async function gatewayTrouble(port: number, publicKey: string): Promise<string | null> {
  const there = { host: '127.0.0.1', port };
  const body = JSON.stringify({ notification: { devices: [{ app_id: 'zone.check', pushkey: 'nobody' }] } });
  try {
    const key = await ask({ ...there, path: '/push/key' });
    if (key.status !== 200 || !key.body.includes(`"${publicKey}"`))
      return 'The push gateway does not give the key that the zone keeps.';
    const notice = await ask({ ...there, path: '/_matrix/push/v1/notify', method: 'POST', body });
    const isRight = notice.status === 200 && notice.body.includes('"nobody"');
    return isRight ? null : `The push gateway answers ${notice.status} to a notice.`;
  } catch (thrown) {
    return `The push gateway does not answer (${(thrown as NodeJS.ErrnoException).code ?? 'not in time'}).`;
  }
}

/**
 * One that answers is enough: which of them is needed, each browser decides. Names that stand for many cannot be tried.
 * `ca`: whom to trust, in PEM, where not as the system does.
 */
export async function reachFindings(services: readonly string[], ca?: string): Promise<Finding[]> {
  const named = services.filter((service) => !service.startsWith('.'));
  const reached = await Promise.all(named.map((service) => isReached(service, ca)));
  if (named.length === 0 || reached.includes(true)) return [];
  return [
    {
      id: 'push.reach',
      level: 'warning',
      symptom: `No push service answers from here (${named.join(', ')}).`,
      effect,
      fix: 'Let this machine reach port 443 of these names. In a network without the internet there is nothing to do.'
    }
  ];
}

/** That it greets as a TLS server with a certificate of its name: what else answers there is of no use. */
function isReached(service: string, ca: string | undefined): Promise<boolean> {
  const [host = '', port = '443'] = service.split(':');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), servername: host, timeout: patience, ...(ca && { ca }) });
    const end = (isThere: boolean) => () => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('secureConnect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}
