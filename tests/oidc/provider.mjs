// A real provider of OpenID Connect (npm `oidc-provider`) for the tests of single sign-on. It prints its issuer, and ends with its
// standard input. Whoever comes is logged in at once, as the person that the test has named last: POST /person with the claims, and
// with `amr` and `ago` (seconds since the log-in). POST /keys changes the keys. Redirect URIs: REDIRECT_URIS, separated by blanks.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { generateKeyPairSync, randomUUID } from 'node:crypto';

// Where script/bootstrap has installed it.
const require = createRequire(`${process.env.OIDC_PROVIDER}/package.json`);
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));

let person = { sub: 'nobody' };
const people = new Map();

const makeKey = () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
};

function make(issuer) {
  const provider = new Provider(issuer, {
    jwks: { keys: [makeKey()] },
    clients: [
      {
        client_id: 'zerodesk',
        client_secret: 'a secret of the tests',
        redirect_uris: process.env.REDIRECT_URIS.split(' '),
        require_auth_time: true,
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub', 'amr', 'acr'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: [randomUUID()] },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ ...people.get(id), sub: id }) }),
  });
  return provider;
}

async function interact(provider, request, response) {
  const { prompt, session, params, grantId } = await provider.interactionDetails(request, response);
  let result;
  if (prompt.name === 'login') {
    const { amr, ago = 0, ...claims } = person;
    people.set(person.sub, claims);
    result = { login: { accountId: person.sub, amr, ts: Math.floor(Date.now() / 1000) - ago, remember: false } };
  } else {
    const grant = grantId ? await provider.Grant.find(grantId) : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope('openid email profile');
    result = { consent: { grantId: await grant.save() } };
  }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  let provider = make(issuer);
  server.on('request', async (request, response) => {
    try {
      if (request.url === '/person') {
        let text = '';
        for await (const part of request) text += part;
        person = JSON.parse(text);
        response.end();
      } else if (request.url === '/keys') {
        provider = make(issuer);
        response.end();
      } else if (request.url.startsWith('/interaction/')) await interact(provider, request, response);
      else provider.callback()(request, response);
    } catch (error) {
      console.error(error);
      response.statusCode = 500;
      response.end(String(error));
    }
  });
  console.log(issuer);
  // Nobody reads on, and its notices would end the process.
  console.log = console.info = console.warn = () => {};
});
process.stdin.resume().on('end', () => process.exit(0));
