//! Every page of every console for each role, with and without data, in both languages and both colour schemes:
//! accessible, small, without overflow on a phone, usable by keyboard, without messages on the console.
//!
//! The pages are those of the server's own table. Each person walks from link to link; a page of the table to which nobody's
//! crawl leads fails the test, so a new one can't be forgotten.
//!
//! What follows from the structure of a page alone (the rules of accessibility, the keyboard, what is in its source) is looked at once for each
//! structure in each language, whoever sees it; its language, its width and its weight each time.

use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::crawl::{SCANNED, crawl, pages};
use crate::support::browser::{Browser, Chromium, TAB};
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, PATIENCE, TestApp};

const MEASURE: &str = include_str!("page_checks.js");
const KEYBOARD: &str = include_str!("keyboard.js");
const STRUCTURE: &str = include_str!("page_structure.js");
/// The largest size of a page with all that it loads except pictures, in bytes: as transferred, and unpacked.
const MOST: u64 = 100 * 1024;
/// The password of the people of the demo data.
pub const DEMO: &str = "zerodesk-demo";

/// A server that nobody has used, or one with the demo data.
pub fn world(demo: bool) -> TestApp {
    let builder = TestApp::builder().at(&chrono::Utc::now().to_rfc3339());
    // As `serve` does it, before the matcher runs: under a clock of the past that would take part in it.
    let builder = if demo { builder.first(|app| zerodesk::cli::demo::run(app).unwrap()) } else { builder };
    builder.start()
}

/// Checks the current page with axe, and its colours in the dark scheme as well.
pub fn accessible(browser: &Browser, what: &str, found: &mut Vec<String>) {
    for fault in browser.axe() {
        found.push(format!("{what} light: {fault:#}"));
    }
    browser.scheme("dark");
    for fault in browser.axe_colours() {
        found.push(format!("{what} dark: {fault:#}"));
    }
    browser.scheme("light");
}

/// One person's walk.
struct Walk<'a> {
    browser: &'a Browser,
    who: &'a str,
    /// The structures that were looked at, by whomever.
    known: &'a Mutex<BTreeSet<String>>,
    /// How many bytes each thing was that pages load, as it was transferred: it comes out of the cache the next time.
    sizes: Map<String, Value>,
    found: Vec<String>,
}

impl Walk<'_> {
    fn wrong(&mut self, what: String) {
        self.found.push(what);
    }

    /// Looks at the page while of equal rows only the first ones are in it.
    fn thinned(&mut self, look: impl FnOnce(&mut Self)) {
        self.browser.script_async(STRUCTURE, vec!["thin".into()]);
        look(self);
        self.browser.script_async(STRUCTURE, vec!["restore".into()]);
    }

    /// Notes what axe finds but for contrasts.
    fn structure_is_accessible(&mut self, what: &str) {
        for fault in self.browser.axe_without_contrast() {
            self.wrong(format!("{what}: {fault:#}"));
        }
    }

    /// Checks what a page weighs and asks for; of a new structure, what is in its source, too.
    fn check_weight(&mut self, what: &str, is_new: bool) {
        let arguments = vec![Value::Object(self.sizes.clone()), is_new.into()];
        let measured = self.browser.script_async(MEASURE, arguments);
        if measured["elsewhere"] != json!([]) {
            self.wrong(format!("{what} asks elsewhere: {}", measured["elsewhere"]));
        }
        if measured["blocking"].as_array().is_none_or(|blocking| blocking.len() > 1) {
            self.wrong(format!("{what} waits before it paints: {}", measured["blocking"]));
        }
        if is_new && (measured["inline"] != 0 || measured["carried"] != true) {
            self.wrong(format!(
                "{what}: scripts or styles in the page, or no content before the scripts: {measured}"
            ));
        }
        for weight in ["transferred", "unpacked"] {
            if measured[weight].as_u64().is_none_or(|bytes| bytes == 0 || bytes > MOST) {
                self.wrong(format!(
                    "{what} weighs {} bytes {weight}: {}",
                    measured[weight], measured["parts"]
                ));
            }
        }
        for part in measured["parts"].as_array().into_iter().flatten() {
            let path = part[0].as_str().unwrap();
            // A page is of its own size each time.
            if path.contains('.') && part[1] != 0 {
                self.sizes.insert(path.to_owned(), part[1].clone());
            }
        }
    }

    fn check_keyboard(&mut self, what: &str) {
        let keys = self.browser.script(KEYBOARD, vec!["prepare".into()]);
        let count = usize::try_from(keys.as_u64().unwrap()).unwrap();
        self.browser.press(&TAB.repeat(count + 3));
        let missed = self.browser.script(KEYBOARD, vec!["missed".into()]);
        if missed != json!([]) {
            self.wrong(format!("{what}: by Tab out of reach or without a visible focus: {missed:#}"));
        }
    }

    /// Checks what does not depend on the language: colours, keyboard, size, requests, phone.
    fn check_layout(&mut self, what: &str, is_new: bool) {
        // Before the keyboard, which loads what is loaded when it is needed.
        // The page of a code may ask for nothing, not even for itself again, by which a page is weighed; `credit_codes::public_page` weighs it.
        if !what.contains(" /q/") {
            self.check_weight(what, is_new);
        }
        if is_new {
            self.thinned(|walk| {
                accessible(walk.browser, what, &mut walk.found);
                walk.check_keyboard(what);
            });
        }
        self.browser.size(390, 844);
        let wide = "return [document.documentElement.scrollWidth - innerWidth,
            [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1
                && e.checkVisibility() && !e.closest('.scroll')).slice(0, 5).map((e) => e.outerHTML.slice(0, 200))]";
        let measured = self.browser.script(wide, vec![]);
        if measured[0].as_i64().is_none_or(|more| more > 0) {
            self.wrong(format!("{what} is too wide for a phone: {measured:#}"));
        }
        if is_new {
            self.thinned(|walk| walk.structure_is_accessible(&format!("{what} on a phone")));
        }
        self.browser.size(1280, 900);
    }

    /// Checks a page in both languages.
    fn check_page(&mut self, path: &str) {
        for language in ["zh-CN", "en"] {
            self.browser.open(&format!("{path}?lang={language}"));
            let what = format!("{} {path} {language}", self.who);
            let seen = self.browser.script_async(STRUCTURE, vec!["look".into()]);
            if seen["language"] != language {
                self.wrong(format!("{what} is in {}", seen["language"]));
            }
            if seen["rail"].as_i64().is_none_or(|more| more > 0) {
                self.wrong(format!("{what}: the words of the rail do not fit it"));
            }
            let key = format!("{language} {}", seen["key"].as_str().unwrap());
            let is_new = self.known.lock().unwrap().insert(key);
            if language == "zh-CN" {
                self.check_layout(&what, is_new);
            } else if is_new {
                // Colours are the same in each language.
                self.thinned(|walk| walk.structure_is_accessible(&format!("{what} light")));
            }
        }
        for said in self.browser.said() {
            self.wrong(format!("{} {path}: the console said {said}", self.who));
        }
    }
}

/// Username, whether on the server with the demo data, and password.
const PEOPLE: [(&str, bool, &str); 10] = [
    ("admin-guangdong", true, DEMO),
    ("officer", false, PASSWORD),
    ("operator", true, DEMO),
    ("sampler-guo", true, DEMO),
    ("laboratory-fang", true, DEMO),
    ("expert-chen", true, DEMO),
    ("expert-1", false, PASSWORD),
    ("enterprise-hengtong", true, DEMO),
    ("enterprise-1", false, PASSWORD),
    ("guest", false, ""),
];

/// What the walks share.
#[derive(Default)]
struct Shared {
    /// How many people have set out.
    begun: AtomicUsize,
    known: Mutex<BTreeSet<String>>,
}

/// Checks the pages of one person after another, until all have set out.
fn crawl_all(shared: &Shared, full: &TestApp, empty: &TestApp) -> (Vec<String>, BTreeSet<&'static str>) {
    let chromium = Chromium::start();
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    while let Some((who, demo, password)) = PEOPLE.get(shared.begun.fetch_add(1, Ordering::Relaxed)) {
        let app = if *demo { full } else { empty };
        let browser = chromium.browser(who, &app.url);
        if *who != "guest" {
            browser.log_in_with(who, password);
        }
        let mut walk =
            Walk { browser: &browser, who, known: &shared.known, sizes: Map::new(), found: Vec::new() };
        let scanned = who.starts_with("enterprise").then_some(SCANNED);
        seen.extend(crawl(&browser, scanned, |path| walk.check_page(path)));
        found.append(&mut walk.found);
    }
    (found, seen)
}

/// Adds what the demo data has none of: a plan, an alert, a webhook, a key, a question that nobody can take, a talk that is under way, a panel.
fn add_rare_data(app: &TestApp) {
    let officer = app.http().log_in("admin-guangdong", DEMO);
    let plan = officer.post("/api/v1/matching/plans", &json!({ "name": "巡回问诊" })).expect(202);
    let path = format!("/api/v1/matching/plans/{}", text(&plan["id"]));
    let end = Instant::now() + PATIENCE;
    while ["queued", "computing"].contains(&officer.get(&path).expect(200)["state"].as_str().unwrap()) {
        assert!(Instant::now() < end, "the plan is not computed");
        std::thread::sleep(Duration::from_millis(20));
    }
    app.raise_alert();
    // To this machine, which is refused: no call leaves it.
    let webhook = json!({ "url": "https://localhost/hook", "description": "数据中台", "events": ["case.cleared", "import.finished"] });
    let webhook = text(&officer.post("/api/v1/webhooks", &webhook).expect(201)["id"]);
    officer.act(&format!("/api/v1/webhooks/{webhook}/test")).expect(202);
    let key = json!({ "name": "数据中台", "scopes": ["cases:read", "reports:read"] });
    officer.post("/api/v1/api-keys", &key).expect(201);
    let lonely = app.claimed_enterprise(9, "440103", "K0105");
    assert_eq!(app.open(&lonely)["status"], "waiting");
    sampling_list(app);
    penalty_list(app);
    signals(app);
    register(&officer);
    talk(app, &officer);
    panel(app, &officer);
}

/// A file for the register of a campaign, with a rejected row.
fn register(officer: &Http) {
    let campaigns = officer.get("/api/v1/campaigns?limit=100").expect(200);
    let running = campaigns["items"].as_array().unwrap().iter().find(|each| each["theme"] == "key_products");
    let rows = "宏基钢材,440103,,芳村大道14号,钢筋,,\n,440103,,某路5号,cement,,\n";
    crate::campaigns::hand_in(officer, &text(&running.unwrap()["id"]), rows, false);
}

/// A sampling list with a rejected row, which names an enterprise of the demo without its code.
fn sampling_list(app: &TestApp) {
    let officer = app.http().log_in("admin-guangdong", DEMO);
    let enterprises = officer.get("/api/v1/enterprises?limit=1").expect(200);
    let name = text(&enterprises["items"][0]["name"]);
    let list = format!(
        "抽样单编号,产品名称,被抽样单位,标称生产企业,抽样日期,检验结论,不合格项目\nCY1,电线电缆,某某商店,{name},2021-05-06,不合格,绝缘厚度\nCY2,电线电缆,某某商店,,2021-05-06,不合格,\n"
    );
    crate::sampling_lists::hand_in(&officer, list.as_bytes(), &[]);
}

/// A penalty list with a rejected row and two penalties of which an officer has something to decide.
fn penalty_list(app: &TestApp) {
    let officer = app.http().log_in("admin-guangdong", DEMO);
    let enterprises = officer.get("/api/v1/enterprises?limit=1").expect(200);
    let (name, code) = (text(&enterprises["items"][0]["name"]), text(&enterprises["items"][0]["uscc"]));
    let list = format!(
        "行政处罚决定书文号,当事人,统一社会信用代码,违法行为类型,处罚内容,处罚机关,处罚决定日期\n穗市监处罚〔2021〕1号,{name},{code},销售不合格产品,罚款 20000 元,广州市市场监督管理局,2021-05-06\n穗市监处罚〔2021〕2号,{name},,销售不合格产品,罚款 20000 元,广州市市场监督管理局,2021-05-06\n穗市监处罚〔2021〕3号,{name},{code},发布违法广告,罚款 20000 元,广州市市场监督管理局,2021-05-06\n无,{name},{code},销售不合格产品,警告,广州市市场监督管理局,2021-05-06\n"
    );
    crate::penalty_lists::hand_in(&officer, list.as_bytes(), &[]);
}

/// A file of recalls with a rejected row, its check, and a feed.
fn signals(app: &TestApp) {
    let officer = app.http().log_in("admin-guangdong", DEMO);
    let list =
        "召回编号,发布日期,产品名称,缺陷描述\nS2021-1,2021-05-06,电热水壶,起火\nS2021-2,某日,插座,触电\n";
    for dry_run in ["true", "false"] {
        let fields = [("feed", "domestic_recalls"), ("dry_run", dry_run)];
        crate::signals::hand_in(&officer, "召回.csv", list.as_bytes(), &fields);
    }
    // To this machine, which is refused: no call leaves it.
    let feed = json!({ "name": "舆情日报", "url": "https://localhost/rss", "source": "opinion" });
    officer.post("/api/v1/signals/feeds", &feed).expect(201);
}

/// A talk that an expert of the demo leads, longer than a page shows at once.
fn talk(app: &TestApp, officer: &Http) {
    let factory = app.http().log_in("enterprise-hengtong", DEMO);
    let question =
        json!({ "subject": "横肋间距", "question": "复验时横肋间距偏大。", "product_kind": "K0101" });
    let path = format!(
        "/api/v1/consultations/{}",
        text(&factory.post("/api/v1/consultations", &question).expect(201)["id"])
    );
    let experts = officer.get("/api/v1/experts?limit=100").expect(200);
    let expert = experts["items"].as_array().unwrap().iter().find(|e| e["name"] == "陈志明").unwrap();
    let order = json!({ "expert": expert["id"], "reason": "熟悉该产品" });
    officer.post(&format!("{path}/assign"), &order).expect(200);
    for n in 0..30 {
        let said = json!({ "stream": "talk", "client_id": uuid::Uuid::new_v4(), "body": format!("第 {n} 次测得的间距偏大，轧辊已经用了三个月。") });
        factory.post(&format!("{path}/messages"), &said).expect(201);
    }
}

/// A consultation for which an expert of the demo is asked for an opinion.
fn panel(app: &TestApp, officer: &Http) {
    let of = |name: &str| {
        let experts = officer.get("/api/v1/experts?limit=100").expect(200);
        let found = experts["items"].as_array().unwrap().iter().find(|e| e["name"] == name);
        found.unwrap()["id"].clone()
    };
    let factory = app.http().log_in("enterprise-lele", DEMO);
    let question = json!({ "subject": "电源线", "question": "玩具的电源线过细。", "product_kind": "K0101" });
    let id = text(&factory.post("/api/v1/consultations", &question).expect(201)["id"]);
    let path = format!("/api/v1/consultations/{id}");
    let order = json!({ "expert": of("李慧"), "reason": "熟悉该企业" });
    officer.post(&format!("{path}/assign"), &order).expect(200);
    let lead = app.http().log_in("expert-li", DEMO);
    lead.post(&format!("{path}/invite"), &json!({ "expert": of("陈志明") })).expect(200);
    let member = app.http().log_in("expert-chen", DEMO);
    member.act(&format!("{path}/invitation/accept")).expect(200);
    let shown = member.get(&format!("/consultations/{id}")).text;
    assert!(shown.contains(&format!("/consultations/{id}/opinion")), "{shown}");
}

#[test]
fn every_page_is_accessible_small_and_fits_a_phone() {
    let (full, empty) = (world(true), world(false));
    add_rare_data(&full);
    let officer = empty.admin("officer", "440000");
    empty.approved_expert(&officer, "expert-1", "K0101");
    empty.claimed_enterprise(1, "440103", "K0101");
    let shared = Shared::default();
    let walks = std::thread::scope(|scope| {
        let walks = [(); 2].map(|()| scope.spawn(|| crawl_all(&shared, &full, &empty)));
        walks.map(|walk| walk.join().unwrap())
    });
    let [(mut found, mut seen), (more, others)] = walks;
    found.extend(more);
    seen.extend(others);
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
    let unseen: Vec<_> = pages().into_iter().filter(|page| !seen.contains(page)).collect();
    assert!(unseen.is_empty(), "nobody's crawl leads to {unseen:?}");
}
