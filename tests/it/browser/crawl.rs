//! A crawl from link to link, over the pages of the server's own table.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::support::browser::Browser;

/// How many pages that differ only by an id are visited.
const MAX_SIMILAR: usize = 2;

/// Whether a row of the table is a page for people.
fn is_page(method: &str, path: &str) -> bool {
    // A renewal only leads on; that of the code is shown behind a password; parts are pieces that pages fetch.
    method == "GET" && !["/session/renew", "/login/code"].contains(&path) && !path.starts_with("/parts/")
}

/// The pages of the table.
pub fn pages() -> BTreeSet<&'static str> {
    zerodesk::server::rooms::all_pages()
        .filter(|row| is_page(row.method, row.path))
        .map(|row| row.path)
        .collect()
}

/// The page of the table that a path is of.
fn page_of(path: &str) -> Option<&'static str> {
    let fits = |page: &&&str| {
        let (mut a, mut b) = (page.split('/'), path.split('/'));
        loop {
            match (a.next(), b.next()) {
                (None, None) => return true,
                (Some(a), Some(b)) if a == b || (a.starts_with('{') && !b.is_empty()) => {}
                _ => return false,
            }
        }
    };
    let pages = pages();
    // A page with a name of its own goes before one that takes any.
    pages.iter().filter(fits).min_by_key(|page| page.contains('{')).copied()
}

/// Where a crawl begins: the first page, and those to which only mails and addresses lead.
const START_PAGES: [&str; 7] =
    ["/", "/apply/confirm", "/claim", "/confirm-email", "/invitation", "/logout", "/reset-password"];

/// Where that of somebody of an enterprise begins as well: at the page behind a scanned code, here of one that is over.
pub const SCANNED: &str = "/attend/0-0";

/// Follows links from the start pages and this one, each page of the table at most [`MAX_SIMILAR`] times, and does with each
/// what `each` does, which ends on the page. Gives the pages of the table that were visited.
pub fn crawl(browser: &Browser, scanned: Option<&str>, mut each: impl FnMut(&str)) -> BTreeSet<&'static str> {
    let mut visited: BTreeMap<&str, usize> = BTreeMap::new();
    let mut known: BTreeSet<String> = START_PAGES.into_iter().chain(scanned).map(str::to_owned).collect();
    let mut ahead: VecDeque<String> = known.iter().cloned().collect();
    while let Some(path) = ahead.pop_front() {
        let Some(page) = page_of(&path) else { continue };
        let times = visited.entry(page).or_default();
        if *times >= MAX_SIMILAR {
            continue;
        }
        *times += 1;
        each(&path);
        let links = "return [...document.querySelectorAll('main a[href], nav a[href], header .account a[href]')]
            .map((a) => new URL(a.href)).filter((url) => url.origin === location.origin).map((url) => url.pathname)";
        for link in browser.script(links, vec![]).as_array().into_iter().flatten() {
            let link = link.as_str().unwrap().to_owned();
            if known.insert(link.clone()) {
                ahead.push_back(link);
            }
        }
    }
    visited.into_keys().collect()
}
