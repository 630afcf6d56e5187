// A real provider of OpenID Connect (npm `oidc-provider`) for the tests of single sign-on. It prints its issuer, and ends with its
// standard input. Whoever comes is logged in at once, as the person that the test has named last: POST /person with the claims, and
// with `amr` and `ago` (seconds since the log-in). POST /keys changes the keys. POST /forge with the name of
// a forgery lets it give such ID tokens from then on, `nothing` ones that are made anew and true. Redirect URIs: REDIRECT_URIS, separated by blanks.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { generateKeyPairSync, randomUUID } from 'node:crypto';

// Where script/bootstrap has installed it.
const require = createRequire(`${process.env.OIDC_PROVIDER}/package.json`);
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));
const jose = await import(pathToFileURL(createRequire(require.resolve('oidc-provider')).resolve('jose')));

const SECRET = 'a secret of the tests';
let person = { sub: 'nobody' };
const people = new Map();

const makeKey = () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
};

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

// Each gives, for the claims of a true ID token, the claims, the header and the key of the one that is sent.
const forgeries = {
  nothing: (claims, header, key) => [claims, header, key],
  'another key': (claims, header) => [claims, header, makeKey()],
  'an unknown key': (claims, header) => [claims, { ...header, kid: randomUUID() }, makeKey()],
  'another subject under the old signature': (claims, header, key) => [claims, header, key, { ...claims, sub: 'someone else' }],
  'no signature': (claims, header) => [claims, { ...header, alg: 'none' }, null],
  'a signature by the public key': (claims, header, { kty, n, e }) => [claims, { ...header, alg: 'HS256' }, { kty: 'oct', k: encoded({ kty, n, e }) }],
  'a signature by the client secret': (claims, header) => [claims, { ...header, alg: 'HS256' }, { kty: 'oct', k: Buffer.from(SECRET).toString('base64url') }],
  'another issuer': (claims, header, key) => [{ ...claims, iss: 'https://else.example' }, header, key],
  'another audience': (claims, header, key) => [{ ...claims, aud: 'else' }, header, key],
  'an audience beside ours': (claims, header, key) => [{ ...claims, aud: ['zerodesk', 'else'], azp: 'else' }, header, key],
  'a time that is over': (claims, header, key) => [{ ...claims, exp: claims.iat - 3600 }, header, key],
  'a time to come': (claims, header, key) => [{ ...claims, iat: claims.iat + 3600, exp: claims.exp + 3600 }, header, key],
  'another nonce': (claims, header, key) => [{ ...claims, nonce: 'else' }, header, key],
  'no nonce': ({ nonce, ...claims }, header, key) => [claims, header, key],
};

async function forged(token, make, key) {
  const [claims, header, by, instead] = make(jose.decodeJwt(token), jose.decodeProtectedHeader(token), key);
  if (!by) return `${encoded(header)}.${encoded(claims)}.`;
  const signed = await new jose.SignJWT(claims).setProtectedHeader(header).sign(await jose.importJWK(by, header.alg));
  if (!instead) return signed;
  const [head, , signature] = signed.split('.');
  return `${head}.${encoded(instead)}.${signature}`;
}

let forgery;

function make(issuer) {
  const key = makeKey();
  const provider = new Provider(issuer, {
    jwks: { keys: [key] },
    clients: [
      {
        client_id: 'zerodesk',
        client_secret: SECRET,
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
  provider.use(async (context, next) => {
    await next();
    if (forgery && context.body?.id_token) context.body.id_token = await forged(context.body.id_token, forgery, key);
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
      } else if (request.url === '/forge') {
        let text = '';
        for await (const part of request) text += part;
        forgery = forgeries[text];
        response.statusCode = forgery ? 200 : 404;
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
