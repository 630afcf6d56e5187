//! The pictures of the README, from the demo data. `script/screenshots` has them made into `docs`; in the tests they are made
//! all the same, so that a broken script is noticed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::path::PathBuf;

use super::page_checks::{DEMO, world};
use crate::support::browser::{Browser, Chromium};

/// Username, page (or the first link below it), width and height.
const PICTURES: [(&str, &str, &str, u32, u32); 4] = [
    ("enterprise", "enterprise-hengtong", "/", 1280, 800),
    ("expert", "expert-chen", "/consultations/", 1280, 800),
    ("admin", "admin-guangdong", "/", 1280, 800),
    ("phone", "enterprise-hengtong", "/consultations/", 390, 800),
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
fn the_screenshots_of_the_readme_are_taken() {
    let scratch = tempfile::tempdir().unwrap();
    let folder =
        std::env::var_os("ZERODESK_PICTURES").map_or_else(|| scratch.path().to_owned(), PathBuf::from);
    let app = world(true);
    let chromium = Chromium::start();
    for (name, who, path, width, height) in PICTURES {
        let browser = chromium.browser(name, &app.url);
        browser.log_in_with(who, DEMO);
        browser.size(width, height);
        browser.open("/");
        if path != "/" {
            let link =
                "return [...document.querySelectorAll('main a[href]')].map((a) => new URL(a.href).pathname)
                .find((path) => path.startsWith(arguments[0]) && path.length > arguments[0].length)";
            let link = browser.script(link, vec![path.into()]);
            browser.open(link.as_str().unwrap_or_else(|| panic!("{who}: no link to {path}")));
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
    }
}
