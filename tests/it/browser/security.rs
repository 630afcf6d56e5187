//! What people write never becomes markup, other sites can do nothing in somebody's name, and files never run.

use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use uuid::Uuid;
use zerodesk::zero_out::import::Column;

use super::crawl::crawl;
use crate::attachments::samples::PNG;
use crate::support::browser::{Browser, Chromium};
use crate::support::csv::{A, file, row};
use crate::support::people::{Enterprise, Expert, PASSWORD, text};
use crate::support::{Http, TestApp};

/// Text that would run, load or be visible if it were markup.
const MARK: &str = r#"<img src=x onerror="hurt=1"><script>hurt=1</script>&amp;<b id=hurt>"'粗"#;

/// A world in which everybody writes [`MARK`] wherever they can.
fn world_with_markup(app: &TestApp) -> (Http, Enterprise, Expert, String) {
    let officer = app.admin("officer", "440000");
    let list = file(&[row(&[
        (Column::Name, MARK),
        (Column::Address, MARK),
        (Column::ContactName, MARK),
        (Column::ContactEmail, "marked@enterprise.example"),
        (Column::ReportNo, "<b id=hurt>R1"),
        (Column::FailedItems, "<b id=hurt>甲"),
    ])]);
    let report = app.import(&officer, &list, false);
    assert_eq!(report["inserted"], 1, "{report}");
    let token = app.claim(A, "marked@enterprise.example", "factory");
    let made = app.confirm_claim(&token, "factory");
    let (http, id) = (app.http().log_in("factory", PASSWORD), text(&made["enterprise_id"]));
    let detail = http.get(&format!("/api/v1/enterprises/{id}")).expect(200);
    let nonconformity = text(&detail["nonconformities"][0]["id"]);
    let enterprise = Enterprise { http, id, nonconformity, case: None };

    let mut last = String::new();
    for username in ["waiting", "expert"] {
        let application = json!({
            "name": MARK, "title": MARK, "regions": ["440000"],
            "email": format!("{username}@expert.example"),
            "specialties": [{ "product_kind": "K0101", "level": 3, "items": [MARK] }],
        });
        last = app.apply(username, &application);
    }
    officer.act(&format!("/api/v1/expert-applications/{last}/approve")).expect(200);
    let expert = Expert { http: app.http().log_in("expert", PASSWORD), id: last, name: MARK.to_owned() };

    let question = json!({ "nonconformity": enterprise.nonconformity, "subject": MARK, "question": MARK });
    let id = text(&enterprise.http.post("/api/v1/consultations", &question).expect(201)["id"]);
    expert.http.act(&format!("/api/v1/consultations/{id}/accept")).expect(200);
    for (who, stream) in [(&enterprise.http, "talk"), (&expert.http, "talk"), (&expert.http, "notes")] {
        let message = json!({ "client_id": Uuid::new_v4(), "stream": stream, "body": MARK });
        who.post(&format!("/api/v1/consultations/{id}/messages"), &message).expect(201);
    }
    let advice = json!({ "summary": MARK, "actions": [{ "kind": "correction", "description": MARK }] });
    let case = expert.http.post(&format!("/api/v1/consultations/{id}/advice"), &advice).expect(201);
    let case = format!("/api/v1/remediation/cases/{}", text(&case["case"]));
    let step = json!({ "event": "start_correction", "note": MARK, "document": MARK });
    enterprise.http.post(&format!("{case}/events"), &step).expect(200);
    enterprise.http.post(&format!("{case}/evidence"), &json!({ "description": MARK })).expect(201);
    (officer, enterprise, expert, id)
}

/// Fails where text that a user wrote has become markup.
#[track_caller]
fn assert_no_markup(browser: &Browser, at: &str) {
    let hurt = "return [typeof hurt, ...[...document.querySelectorAll('b[id=hurt], img[src=x]')].map((e) => e.outerHTML)]";
    // An element of that id would be a global of that name, too.
    assert_eq!(browser.script(hurt, vec![]), json!(["undefined"]), "{at}");
}

#[test]
fn what_users_write_is_never_markup() {
    let app = TestApp::start();
    let (_, enterprise, _, id) = world_with_markup(&app);
    let chromium = Chromium::start();
    for who in ["officer", "expert", "factory"] {
        let browser = chromium.browser(who, &app.url);
        browser.log_in(who);
        let mut shown = 0;
        crawl(&browser, None, |path| {
            browser.open(path);
            assert_no_markup(&browser, path);
            shown += usize::from(browser.text().contains(MARK));
        });
        assert!(shown >= 3, "{who} saw it on {shown} pages only");
        if who == "expert" {
            // What arrives while the page is open.
            browser.open(&format!("/consultations/{id}"));
            let live = format!("{MARK} live");
            let message = json!({ "client_id": Uuid::new_v4(), "body": live });
            let path = format!("/api/v1/consultations/{id}/messages");
            enterprise.http.post(&path, &message).expect(201);
            browser.sees(&live);
            assert_no_markup(&browser, "a message that came");
        }
    }
}

#[test]
fn scripts_cannot_read_the_session_cookies() {
    let app = TestApp::start();
    app.admin("officer", "440000");
    let chromium = Chromium::start();
    let browser = chromium.browser("officer", &app.url);
    browser.log_in("officer");
    let url = json!({ "urls": [app.url, format!("{}/session", app.url)] });
    let all = browser.devtools("Network.getCookies", url);
    let all = all["cookies"].as_array().unwrap();
    for (name, path) in [("zerodesk_session", "/"), ("zerodesk_refresh", "/session")] {
        let cookie =
            all.iter().find(|cookie| cookie["name"] == name).unwrap_or_else(|| panic!("{name}: {all:?}"));
        assert_eq!((&cookie["httpOnly"], &cookie["sameSite"]), (&json!(true), &json!("Lax")), "{cookie}");
        assert_eq!(cookie["path"], path, "{cookie}");
    }
    let seen = browser.script("return document.cookie", vec![]);
    assert!(!seen.as_str().unwrap().contains("zerodesk_session"), "{seen}");
    // Nor does anything that a script could read hold a token.
    let kept = browser.script("return JSON.stringify([{ ...localStorage }, { ...sessionStorage }])", vec![]);
    assert!(!kept.as_str().unwrap().contains("ey"), "{kept}");
}

/// Another site: serves one page, whatever is asked for.
struct OtherSite {
    port: u16,
    asked: Arc<AtomicUsize>,
}

impl OtherSite {
    fn start(page: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let (page, count) = (page.clone(), Arc::clone(&count));
                // Each on its own: a browser also opens connections on which it never asks.
                std::thread::spawn(move || {
                    if matches!(stream.read(&mut [0; 4096]), Ok(1..)) {
                        count.fetch_add(1, Ordering::Relaxed);
                        let _ = write!(
                            stream,
                            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
                            page.len()
                        );
                    }
                });
            }
        });
        Self { port, asked }
    }
}

/// Tries everything that a page of another site can try, then says so in its title.
const ATTACK: &str = r#"<!doctype html><title>trying</title><script>
const at = 'THE_DESK';
const tries = [];
const json = JSON.stringify({ available: false });
for (const [method, path] of [
  ['PUT', '/api/v1/experts/me/availability'], ['POST', '/api/v1/experts/me/availability'], ['POST', '/api/v1/auth/logout'],
  ['POST', '/session/end'], ['POST', '/session/renew'], ['POST', '/api/v1/consultations/THE_TALK/conclude'],
]) {
  for (const type of ['application/json', 'text/plain']) {
    for (const mode of method === 'POST' ? ['cors', 'no-cors'] : ['cors']) {
      const body = path.endsWith('conclude') ? '{"conclusion":"by another site"}' : json;
      tries.push(fetch(at + path, { method, mode, credentials: 'include', headers: { 'Content-Type': type }, body }));
    }
  }
}
tries.push(fetch(at + '/api/v1/me', { credentials: 'include' }).then((a) => a.text()).then((t) => { document.title = 'read ' + t; }));
tries.push(new Promise((done) => {
  const socket = new WebSocket(at.replace('http', 'ws') + '/api/v1/ws', 'zerodesk.v1');
  socket.onopen = () => { window.opened = true; };
  socket.onclose = done;
}));
const frame = (method, path, fields) => new Promise((done) => {
  const [form, target] = [document.createElement('form'), document.createElement('iframe')];
  target.name = 'f' + Math.random();
  Object.assign(form, { method, action: at + path, target: target.name, enctype: 'text/plain' });
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement('input');
    Object.assign(input, { name, value, type: 'hidden' });
    form.append(input);
  }
  document.body.append(target, form);
  target.onload = done;
  form.submit();
  setTimeout(done, 1000);
});
addEventListener('DOMContentLoaded', async () => {
  await Promise.allSettled(tries);
  await frame('post', '/session/end', {});
  await frame('post', '/api/v1/consultations/THE_TALK/conclude', { '{"conclusion":"by a form","x":"': '"}' });
  document.title = window.opened ? 'a socket opened' : document.title === 'trying' ? 'done' : document.title;
});
</script><body>"#;

#[test]
fn cross_site_requests_have_no_effect() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    let attack = ATTACK.replace("THE_DESK", &app.url).replace("THE_TALK", &talk.id);
    let elsewhere = OtherSite::start(attack);
    let chromium = Chromium::start();
    let mut browser = chromium.browser("expert", &app.url);
    browser.log_in("expert-1");
    let before = talk.expert.http.get(&format!("/api/v1/experts/{}", talk.expert.id)).expect(200);
    // Another site, and another origin of the same site, to which the browser does send the cookies.
    for host in ["localhost", "127.0.0.1"] {
        for expected in
            ["CORS", "403", "401", "net::ERR", "WebSocket", "X-Frame-Options", "frame", "405", "404"]
        {
            browser.expects(expected);
        }
        browser.open_at(&format!("http://{host}:{}/", elsewhere.port));
        browser.until("document.title !== 'trying'");
        assert_eq!(browser.script("return document.title", vec![]), "done", "{host}");
        browser.expects_no_more();
        browser.open("/");
        browser.sees("专家工作台");
    }
    assert!(elsewhere.asked.load(Ordering::Relaxed) >= 2);
    let after = talk.expert.http.get(&format!("/api/v1/experts/{}", talk.expert.id)).expect(200);
    assert_eq!(before, after);
    let view: Value = talk.expert.http.get(&format!("/api/v1/consultations/{}", talk.id)).expect(200);
    assert_eq!(view["status"], "active");
    // A page of the desk is in nobody's frame.
    let frame = OtherSite::start(format!("<!doctype html><iframe src='{}/'></iframe>", app.url));
    browser.expects("frame");
    browser.open_at(&format!("http://localhost:{}/", frame.port));
    browser.expects_no_more();
}

#[test]
fn a_disguised_file_is_never_executed() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let page = b"<!doctype html><script>hurt=1</script>";
    let drawing = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>hurt=1</script></svg>"#;
    for (name, content) in [("photo.png", &page[..]), ("photo.svg", drawing), ("photo.jpg", drawing)] {
        assert_eq!(
            talk.enterprise.http.upload("/api/v1/attachments", name, content, &[]).status,
            415,
            "{name}"
        );
    }
    // A picture to whoever looks at its beginning, a page to whoever looks for one in it.
    let both = [PNG, page].concat();
    let made = talk.enterprise.http.upload("/api/v1/attachments", "photo.html", &both, &[]).expect(201);
    let message = json!({ "client_id": Uuid::new_v4(), "body": "看照片", "attachments": [made["id"]] });
    let path = format!("/api/v1/consultations/{}/messages", talk.id);
    talk.enterprise.http.post(&path, &message).expect(201);
    let file = format!("/api/v1/attachments/{}", text(&made["id"]));
    let answer = officer.get(&file);
    assert!(answer.header("content-security-policy").contains("sandbox"), "{:?}", answer.headers);
    assert_eq!(answer.header("x-content-type-options"), "nosniff");

    let chromium = Chromium::start();
    let mut browser = chromium.browser("expert", &app.url);
    browser.log_in("expert-1");
    browser.open(&format!("/consultations/{}", talk.id));
    browser.sees("看照片");
    // Chromium's own styles around a picture that is alone; the file's policy refuses those, too.
    browser.expects("Applying inline style");
    let run = "return [typeof hurt, document.contentType]";
    // A download leaves the page where it was; a picture is shown as one.
    browser.script("location.assign(arguments[0])", vec![file.clone().into()]);
    browser.until("document.readyState === 'complete'");
    assert_eq!(browser.script(run, vec![])[0], "undefined");
    browser.open(&format!("/consultations/{}", talk.id));
    let framed = "const done = arguments[1], frame = document.createElement('iframe');
        frame.onload = () => done(typeof frame.contentWindow?.hurt);
        setTimeout(() => done('no answer'), 2000);
        frame.src = arguments[0]; document.body.append(frame);";
    browser.expects("frame");
    browser.expects("Content Security Policy");
    let ran = browser.script_async(framed, vec![file.into()]);
    assert!(ran != "number", "{ran}");
}
