// The page of the API: reads the OpenAPI document of this server, shows it, and sends requests.
// Everything is put in as text, never as HTML. The token is kept in this page's memory only.

import { uuid } from './zerodesk-chat.js';

const TEXTS = {
  'zh-CN': {
    skip: '跳到接口列表', home: '首页', login: '登录', logout: '退出', nobody: '尚未登录', username: '用户名', password: '密码',
    search: '查找接口', loading: '正在载入……', send: '发送', parameter: '参数', field: '字段', type: '类型', about: '说明',
    body: '请求正文', answers: '回答', required: '必填', who: '可调用者', public: '所有人', 'logged-in': '登录用户',
    failed: '请求未能送达', as: '已登录:', file: '文件', other: 'English', otherTag: 'en',
    tags: { accounts: '账号', reference: '基础数据', audit: '审计', monitoring: '运行' },
  },
  en: {
    skip: 'Skip to the operations', home: 'Home', login: 'Log in', logout: 'Log out', nobody: 'Not logged in',
    username: 'Username', password: 'Password', search: 'Find an operation', loading: 'Loading …', send: 'Send',
    parameter: 'Parameter', field: 'Field', type: 'Type', about: 'About', body: 'Body', answers: 'Answers',
    required: 'required', who: 'Who may call', public: 'everyone', 'logged-in': 'everyone logged in',
    failed: 'The request was not delivered', as: 'Logged in: ', file: 'File', other: '中文', otherTag: 'zh-CN', tags: {},
  },
};

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const $ = (id) => document.getElementById(id);
const asked = new URLSearchParams(location.search).get('lang');
let language = asked === 'en' ? 'en' : 'zh-CN';
let api = null;
let token = null;
let person = null;

const text = (key) => TEXTS[language][key] ?? key;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== undefined && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function resolve(thing) {
  let found = thing;
  for (let depth = 0; found?.$ref && depth < 10; depth += 1) {
    found = found.$ref.slice(2).split('/').reduce((at, key) => at?.[key.replace(/~1/g, '/').replace(/~0/g, '~')], api);
  }
  return found ?? {};
}

function typeName(schema) {
  if (schema?.$ref) return schema.$ref.split('/').pop();
  const given = schema ?? {};
  const variants = given.oneOf ?? given.anyOf ?? given.allOf;
  if (variants) return variants.map(typeName).join(' | ');
  if (given.enum) return given.enum.map((word) => JSON.stringify(word)).join(' | ');
  const type = [].concat(given.type ?? 'any').join(' | ');
  if (given.items) return `[${typeName(given.items)}]`;
  return given.format ? `${type} (${given.format})` : type;
}

// A sample value of a schema; `depth` ends schemas that contain themselves.
function sample(schema, depth = 0) {
  const given = resolve(schema);
  if (depth > 6) return null;
  if (given.example !== undefined) return given.example;
  if (given.examples?.length) return given.examples[0];
  if (given.default !== undefined) return given.default;
  if (given.enum) return given.enum[0];
  const variant = (given.oneOf ?? given.anyOf)?.find((one) => one.type !== 'null');
  if (variant) return sample(variant, depth + 1);
  if (given.allOf) return Object.assign({}, ...given.allOf.map((one) => sample(one, depth + 1)));
  const type = [].concat(given.type ?? 'object').find((name) => name !== 'null');
  if (type === 'array') return [sample(given.items, depth + 1)];
  if (type === 'integer' || type === 'number') return given.minimum ?? 0;
  if (type === 'boolean') return false;
  if (type === 'string') {
    return { 'date-time': '2026-01-05T09:00:00+08:00', date: '2026-01-05', uuid: uuid() }[given.format] ?? '';
  }
  return Object.fromEntries(
    Object.entries(given.properties ?? {}).map(([name, property]) => [name, sample(property, depth + 1)]),
  );
}

function fieldTable(schema) {
  const given = resolve(schema);
  const properties = { ...Object.assign({}, ...(given.allOf ?? []).map((one) => resolve(one).properties)), ...given.properties };
  const rows = Object.entries(properties).map(([name, property]) => element('tr', {},
    element('td', {}, element('code', {}, name), (given.required ?? []).includes(name) ? ' *' : ''),
    element('td', {}, element('code', {}, typeName(property))),
    element('td', {}, property.description ?? '')));
  if (!rows.length) return null;
  return element('table', {},
    element('thead', {}, element('tr', {}, ...['field', 'type', 'about'].map((key) => element('th', { scope: 'col' }, text(key))))),
    element('tbody', {}, ...rows));
}

function showAnswers(operation) {
  return Object.entries(operation.responses ?? {}).map(([status, reference]) => {
    const answer = resolve(reference);
    const [kind, content] = Object.entries(answer.content ?? {})[0] ?? [];
    return element('details', {},
      element('summary', {}, element('code', {}, status), ` ${answer.description || kind || ''}`),
      content ? element('p', {}, element('code', {}, `${kind}: ${typeName(content.schema)}`)) : null,
      content ? fieldTable(content.schema) : null,
      content && kind?.includes('json')
        ? element('pre', { tabindex: '0' }, JSON.stringify(sample(content.schema), null, 2)) : null);
  });
}

async function send(path, method, operation, form, output) {
  const query = new URLSearchParams();
  const headers = { 'Accept-Language': language };
  let url = path;
  for (const reference of operation.parameters ?? []) {
    const parameter = resolve(reference);
    const value = form.elements[`${parameter.in}:${parameter.name}`]?.value ?? '';
    if (parameter.in === 'path') url = url.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (value && parameter.in === 'query') query.append(parameter.name, value);
    else if (value && parameter.in === 'header') headers[parameter.name] = value;
  }
  if (`${query}`) url += `?${query}`;
  if (token) headers.Authorization = `Bearer ${token}`;
  const content = resolve(operation.requestBody).content ?? {};
  let body;
  if (content['multipart/form-data']) {
    body = new FormData(form);
    for (const key of [...body.keys()]) if (key.includes(':')) body.delete(key);
  } else if (form.elements.body) {
    headers['Content-Type'] = 'application/json';
    body = form.elements.body.value;
  }
  output.hidden = false;
  output.textContent = '…';
  try {
    const answer = await fetch(url, { method: method.toUpperCase(), headers, body });
    const shown = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    let answered = await answer.text();
    try { answered = JSON.stringify(JSON.parse(answered), null, 2); } catch { /* not JSON: shown as it is */ }
    output.textContent = `${answer.status} ${answer.statusText}\n${shown}\n\n${answered}`;
  } catch (error) {
    output.textContent = `${text('failed')}: ${error.message}`;
  }
}

function inputs(operation) {
  const made = (operation.parameters ?? []).map(resolve)
    .filter((parameter) => parameter.name !== 'Accept-Language')
    .map((parameter) => element('p', {}, element('label', {},
      element('code', {}, parameter.name), ' ',
      element('input', { name: `${parameter.in}:${parameter.name}`, required: parameter.required === true,
        placeholder: String(parameter.example ?? parameter.schema?.example ?? '') }), ' ',
      element('span', { class: 'quiet' }, parameter.description ?? ''))));
  const content = resolve(operation.requestBody).content ?? {};
  const multipart = content['multipart/form-data'];
  if (multipart) {
    for (const [name, property] of Object.entries(resolve(multipart.schema).properties ?? {})) {
      const file = property.format === 'binary' || property.contentMediaType;
      made.push(element('p', {}, element('label', {}, element('code', {}, name), ' ',
        element('input', { name, type: file ? 'file' : 'text' }))));
    }
  } else if (content['application/json']) {
    const { schema, example } = content['application/json'];
    const area = element('textarea', { name: 'body', spellcheck: 'false' });
    area.value = JSON.stringify(example ?? sample(schema), null, 2);
    made.push(element('label', { class: 'search' }, text('body'), area), fieldTable(schema));
  }
  return made;
}

function showOperation(path, method, operation) {
  const summary = (language === 'zh-CN' && operation['x-summary-zh']) || operation.summary || '';
  const access = operation['x-access'];
  const who = Array.isArray(access) ? access.join(', ') : text(access);
  const details = element('details', { 'data-find': `${method} ${path} ${summary}`.toLowerCase() },
    element('summary', {}, element('span', { class: 'method' }, method.toUpperCase()), element('code', {}, path), ' ',
      element('span', { class: 'about' }, summary)));
  // The inside is made when it is first opened: the whole document at once is slow.
  details.addEventListener('toggle', () => {
    if (!details.open || details.dataset.made) return;
    details.dataset.made = 'yes';
    const output = element('pre', { hidden: true, role: 'status', tabindex: '0' });
    const form = element('form', { onsubmit: (event) => {
      event.preventDefault();
      send(path, method, operation, form, output);
    } }, ...inputs(operation), element('button', { class: 'go' }, text('send')));
    details.append(
      element('p', {}, operation.description ?? ''),
      element('p', { class: 'quiet' }, `${text('who')}: ${who}`),
      form, output, element('h4', {}, text('answers')), ...showAnswers(operation));
  });
  return details;
}

function show() {
  document.documentElement.lang = language;
  for (const marked of document.querySelectorAll('[data-text]')) marked.textContent = text(marked.dataset.text);
  $('language').textContent = text('other');
  $('language').lang = text('otherTag');
  $('who').textContent = person ? `${text('as')}${person.name} (${person.role})` : text('nobody');
  $('logout').hidden = !person;
  if (!api) return;
  $('version').textContent = api.info.version;
  const byTag = new Map();
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
      const tag = item[method].tags?.[0] ?? '';
      byTag.set(tag, [...(byTag.get(tag) ?? []), showOperation(path, method, item[method])]);
    }
  }
  $('operations').replaceChildren(...[...byTag].map(([tag, operations]) => element('section', { 'aria-label': tag },
    element('h2', {}, TEXTS[language].tags[tag] ?? tag), ...operations)));
  find();
}

function find() {
  const wanted = $('search').value.trim().toLowerCase();
  for (const details of document.querySelectorAll('[data-find]')) details.hidden = !details.dataset.find.includes(wanted);
  for (const section of document.querySelectorAll('#operations section')) {
    section.hidden = !section.querySelector('[data-find]:not([hidden])');
  }
}

async function call(path, options = {}) {
  const headers = { 'Accept-Language': language, ...options.headers };
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(path, { ...options, headers });
  const body = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Error(body.detail ?? answer.statusText);
  return body;
}

$('login').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  token = null;
  try {
    const body = JSON.stringify({ username: form.elements.username.value, password: form.elements.password.value });
    token = (await call('/api/v1/auth/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })).access_token;
    person = await call('/api/v1/me');
    form.elements.password.value = '';
    $('who').textContent = `${text('as')}${person.name} (${person.role})`;
  } catch (error) {
    person = null;
    $('who').textContent = error.message;
  }
  $('logout').hidden = !person;
});

$('logout').addEventListener('click', async () => {
  try { await call('/api/v1/auth/logout', { method: 'POST' }); } catch { /* the token is forgotten either way */ }
  token = null;
  person = null;
  show();
});

$('language').addEventListener('click', () => {
  language = text('otherTag');
  show();
});
$('search').addEventListener('input', find);

show();
try {
  api = await (await fetch('/api/openapi.json')).json();
  show();
} catch (error) {
  $('operations').textContent = `${text('failed')}: ${error.message}`;
}
