/**
 * The zone's web server, run by Node itself: `node src/lib/server/main.ts`. HOST and PORT say where it listens (default
 * 127.0.0.1:3000; port 0 takes a free one), TERTULIA_POLICY names the zone's policy file, TERTULIA_PUSH the file with what
 * it pushes by, TERTULIA_BUILD the build's folder; ORIGIN, ADDRESS_HEADER and XFF_DEPTH are read by the app's adapter.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { offlineList } from './offline.ts';
import { prerenderedPages } from './pages.ts';
import { defaultPolicy, PolicyError, readPolicy, type Policy } from './policy.ts';
import { PushError, PushGateway, readPush } from './push.ts';
import { webServer, type App } from './web-server.ts';

/** How long an answer that is under way may take once the server is told to stop, in ms. */
const patience = 300;

const { HOST = '127.0.0.1', PORT = '3000', TERTULIA_POLICY, TERTULIA_PUSH, TERTULIA_BUILD } = process.env;
const build = TERTULIA_BUILD ?? fileURLToPath(new URL('../../../build', import.meta.url));

/** Ends with one line that says what is wrong. */
function giveUp(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function policyOf(file: string | undefined): Policy {
  if (!file) return defaultPolicy;
  try {
    return readPolicy(readFileSync(file, 'utf8'), file);
  } catch (thrown) {
    if (thrown instanceof PolicyError) giveUp(thrown.message);
    giveUp(`The policy ${file} cannot be read: ${(thrown as NodeJS.ErrnoException).code ?? String(thrown)}`);
  }
}

/** The zone's push gateway; none where the zone does not push. */
function pushOf(file: string | undefined): PushGateway | undefined {
  if (!file) return undefined;
  try {
    return new PushGateway(readPush(readFileSync(file, 'utf8'), file));
  } catch (thrown) {
    if (thrown instanceof PushError) giveUp(thrown.message);
    giveUp(`${file} cannot be read: ${(thrown as NodeJS.ErrnoException).code ?? String(thrown)}`);
  }
}

/** At once: whoever hangs on an open connection asks the next server. */
function stopOnSignals(server: Server): void {
  const stop = () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), patience);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

if (!existsSync(join(build, 'handler.js'))) giveUp(`There is no app in ${build}: run npm run build`);
const policy = policyOf(TERTULIA_POLICY);
const { handler } = (await import(pathToFileURL(join(build, 'handler.js')).href)) as { handler: App };
const made = { pages: prerenderedPages(join(build, 'prerendered')), offline: offlineList(build) };
const server = await webServer(handler, made, policy, pushOf(TERTULIA_PUSH));
server.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  giveUp(code === 'EADDRINUSE' ? `Port ${PORT} of ${HOST} is taken by another program` : `Cannot listen: ${message}`);
});
server.listen(Number(PORT), HOST, () => {
  const { address, port } = server.address() as AddressInfo;
  process.stdout.write(`Listening on http://${address.includes(':') ? `[${address}]` : address}:${port}\n`);
});
stopOnSignals(server);
