//! The pictures of the README and of the guides, from the demo data. `script/screenshots` has them made into `docs`; in the tests they are made
//! all the same, so that a broken script is noticed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::path::PathBuf;

use super::page_checks::{DEMO, world};
use crate::support::browser::{Browser, Chromium};

/// Name, username, page, the beginning of the address of the first link on it that is opened (none: the page itself), width and height.
/// Those of one person stand together.
const PICTURES: [(&str, &str, &str, &str, u32, u32); 27] = [
    ("enterprise", "enterprise-hengtong", "/", "", 1280, 800),
    ("enterprise-ask", "enterprise-hengtong", "/ask", "", 1280, 800),
    ("enterprise-case", "enterprise-hengtong", "/", "/cases/", 1280, 800),
    ("enterprise-personal-data", "enterprise-hengtong", "/account/personal-data", "", 1280, 800),
    ("phone", "enterprise-hengtong", "/", "/consultations/", 390, 800),
    ("expert", "expert-chen", "/", "/consultations/", 1280, 800),
    ("expert-desk", "expert-chen", "/", "", 1280, 800),
    ("expert-profile", "expert-chen", "/profile", "", 1280, 800),
    ("expert-knowledge", "expert-chen", "/knowledge-drafts", "/knowledge-drafts/", 1280, 800),
    ("expert-canned-replies", "expert-chen", "/canned-replies", "", 1280, 800),
    ("admin", "admin-guangdong", "/", "", 1280, 800),
    ("officer-queue", "admin-guangdong", "/queue", "", 1280, 800),
    ("officer-cases", "admin-guangdong", "/cases", "", 1280, 800),
    ("officer-case", "admin-guangdong", "/cases", "/cases/", 1280, 800),
    ("officer-imports", "admin-guangdong", "/imports", "", 1280, 800),
    ("officer-vetting", "admin-guangdong", "/vetting", "", 1280, 800),
    ("officer-knowledge", "admin-guangdong", "/knowledge-drafts", "", 1280, 800),
    ("officer-plan", "admin-guangdong", "/plans", "/plans/", 1280, 800),
    ("officer-sampling", "admin-guangdong", "/programmes", "/programmes/", 1280, 800),
    ("officer-personal-data", "admin-guangdong", "/personal-data", "", 1280, 800),
    ("officer-retention", "admin-guangdong", "/retention", "", 1280, 800),
    ("officer-audit", "admin-guangdong", "/audit", "", 1280, 800),
    ("officer-enterprises", "admin-guangdong", "/enterprises", "", 1280, 800),
    ("officer-search", "admin-guangdong", "/search?q=%E7%BB%9D%E7%BC%98", "", 1280, 800),
    ("officer-tags", "admin-guangdong", "/tags", "", 1280, 800),
    ("officer-webhooks", "admin-guangdong", "/webhooks", "", 1280, 800),
    ("operator-mail", "operator", "/mail", "", 1280, 800),
];

/// How many sheets of A4 the page prints on.
fn printed_sheets(browser: &Browser) -> usize {
    let paper = json!({ "paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": true });
    let printed = browser.devtools("Page.printToPDF", paper);
    let pdf = STANDARD.decode(printed["data"].as_str().unwrap()).unwrap();
    let words = String::from_utf8_lossy(&pdf);
    words.matches("/Type /Page").count() - words.matches("/Type /Pages").count()
}

#[test]
fn the_pictures_of_the_documentation_are_taken() {
    let scratch = tempfile::tempdir().unwrap();
    let folder =
        std::env::var_os("ZERODESK_PICTURES").map_or_else(|| scratch.path().to_owned(), PathBuf::from);
    let app = world(true);
    let chromium = Chromium::start();
    let mut last: Option<(&str, Browser)> = None;
    for (name, who, page, below, width, height) in PICTURES {
        let browser = match last.take() {
            Some((same, browser)) if same == who => browser,
            _ => {
                let browser = chromium.browser(who, &app.url);
                browser.log_in_with(who, DEMO);
                browser
            }
        };
        browser.size(width, height);
        browser.open(page);
        if !below.is_empty() {
            let link =
                "return [...document.querySelectorAll('main a[href]')].map((a) => new URL(a.href).pathname)
                .find((path) => path.startsWith(arguments[0]) && path.length > arguments[0].length)";
            let link = browser.script(link, vec![below.into()]);
            browser.open(link.as_str().unwrap_or_else(|| panic!("{who}: no link to {below}")));
        }
        browser.until(
            "document.fonts.status === 'loaded' && document.getElementById('connection')?.hidden !== false",
        );
        let picture = browser.picture();
        assert!(picture.starts_with(b"\x89PNG") && picture.len() > 10_000, "{name}: {}", picture.len());
        std::fs::write(folder.join(format!("{name}.png")), picture).unwrap();
        if name == "admin" {
            assert_eq!(printed_sheets(&browser), 1, "the regulator's board is handed round on one sheet");
        }
        last = Some((who, browser));
    }
}
