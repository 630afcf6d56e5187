//! What the pages load: styles and modules. No script of others.
//!
//! Rules of the module:
//! * An asset is served at `/assets/VERSION/NAME`, where the version is a digest of all of them, and kept by browsers for a year; and
//!   at `/assets/NAME`, where it is asked for each time, for whoever takes the chat's module from here. Modules import each other by `./`.
//! * The styles are in the page, so that it is painted after one round trip. The policy of the page names each by its SHA-256, so nothing
//!   else that is in it is a style.
//! * Browsers get modules and styles without comments and blanks (`minify`). At `/assets/NAME` they are as they were written.
//! * The icon is also at `/favicon.ico`, the one address for which browsers ask without being told.
//! * The service worker is at `/sw.js`, since it may act for what lies below its address alone.
//! * To add one, write the file into `src/web/assets` and its name into the table.

use std::sync::{LazyLock, OnceLock};

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::{self, ServiceConfig};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::core::Problem;
use crate::core::secret::sha256;
use crate::web::etag::answer_with_tag;
use crate::web::minify;
use crate::web::problem::Answer;
use crate::web::routes::{of_method, other_methods};

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
/// Where the service worker is.
const SERVICE_WORKER: &str = "/sw.js";

struct Asset {
    name: &'static str,
    kind: &'static str,
    source: &'static str,
    /// Made when it is first asked for.
    text: OnceLock<String>,
}

impl Asset {
    fn new(name: &'static str, kind: &'static str, source: &'static str) -> Self {
        Self { name, kind, source, text: OnceLock::new() }
    }

    /// The text that browsers load, minified where the server does so.
    fn text(&self) -> &str {
        self.text.get_or_init(|| match self.kind {
            SCRIPT => minify::module(self.source),
            CSS => minify::style(self.source),
            _ => self.source.to_owned(),
        })
    }
}

macro_rules! assets {
    ($($kind:ident $name:literal;)+) => {
        static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
            vec![$(Asset::new($name, $kind, include_str!(concat!("assets/", $name)))),+]
        });
    };
}

assets! {
    SVG "favicon.svg";
    CSS "base.css";
    CSS "chart.css";
    CSS "clock.css";
    CSS "chat.css";
    CSS "chat-files.css";
    CSS "canned.css";
    CSS "calendar.css";
    CSS "case.css";
    CSS "files.css";
    CSS "enterprise.css";
    CSS "expert.css";
    CSS "conclusion.css";
    CSS "conversations.css";
    CSS "admin.css";
    CSS "lists.css";
    CSS "page.css";
    CSS "pager.css";
    CSS "docs.css";
    CSS "dialog.css";
    CSS "search.css";
    CSS "knowledge.css";
    CSS "label-check.css";
    CSS "signals.css";
    CSS "training.css";
    CSS "inspection.css";
    CSS "code.css";
    CSS "recording.css";
    CSS "credit.css";
    CSS "visits.css";
    CSS "risk.css";
    CSS "oversight.css";
    CSS "support.css";
    SCRIPT "api.js";
    SCRIPT "countdown.js";
    SCRIPT "desk.js";
    SCRIPT "dialog.js";
    SCRIPT "faults.js";
    SCRIPT "restored.js";
    SCRIPT "ask.js";
    SCRIPT "back.js";
    SCRIPT "bulk.js";
    SCRIPT "certificates.js";
    SCRIPT "credit-trial.js";
    SCRIPT "assessment.js";
    SCRIPT "risk-trial.js";
    SCRIPT "mailed-link.js";
    SCRIPT "make.js";
    SCRIPT "one-time-link.js";
    SCRIPT "files.js";
    SCRIPT "find-option.js";
    SCRIPT "find-row.js";
    SCRIPT "admin.js";
    SCRIPT "chat.js";
    SCRIPT "chat-view.js";
    SCRIPT "chat-write.js";
    SCRIPT "canned.js";
    SCRIPT "chat-at.js";
    SCRIPT "chat-drafts.js";
    SCRIPT "chat-earlier.js";
    SCRIPT "chat-files.js";
    SCRIPT "chat-find.js";
    SCRIPT "chat-left.js";
    SCRIPT "chat-places.js";
    SCRIPT "chat-quote.js";
    SCRIPT "chat-mention.js";
    SCRIPT "chat-refused.js";
    SCRIPT "chat-renew.js";
    SCRIPT "chat-retract.js";
    SCRIPT "label-check.js";
    SCRIPT "training.js";
    SCRIPT "label-draft.js";
    SCRIPT "live.js";
    SCRIPT "inspection-forms.js";
    SCRIPT "sampling.js";
    SCRIPT "sampling-steps.js";
    SCRIPT "keys.js";
    SCRIPT "keys-help.js";
    SCRIPT "conversations.js";
    SCRIPT "offers.js";
    SCRIPT "offline-drafts.js";
    SCRIPT "offline-drafts-here.js";
    SCRIPT "queue.js";
    SCRIPT "visit-calls.js";
    SCRIPT "visit-day.js";
    SCRIPT "visit-times.js";
    SCRIPT "signals.js";
    SCRIPT "signals-inbox.js";
    SCRIPT "profile.js";
    SCRIPT "push.js";
    SCRIPT "proved-download.js";
    SCRIPT "saved-filters.js";
    SCRIPT "search-box.js";
    SCRIPT "search-style.js";
    SCRIPT "secret-once.js";
    SCRIPT "security.js";
    SCRIPT "step-up.js";
    SCRIPT "sure.js";
    SCRIPT "tag-choice.js";
    SCRIPT "hashing.js";
    SCRIPT "record.js";
    SCRIPT "recorder.js";
    SCRIPT "recorder-store.js";
    SCRIPT "recording.js";
    SCRIPT "recording-chain.js";
    SCRIPT "recording-worker.js";
    SCRIPT "sha256.js";
    SCRIPT "sw.js";
    SCRIPT "upload-parts.js";
    SCRIPT "zerodesk-chat.js";
    SCRIPT "waiting.js";
    SCRIPT "todos.js";
    SCRIPT "similar.js";
    SCRIPT "knowledge-beside.js";
    SCRIPT "docs.js";
}

/// A digest of all assets and of how they are minified, in hexadecimal.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut all = include_bytes!("minify.rs").to_vec();
    for asset in ASSETS.iter() {
        all.extend_from_slice(asset.source.as_bytes());
    }
    sha256(&all).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
});

/// The policy of a page: as everywhere, and the styles that may be in it.
static PAGE_POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = |a: &Asset| format!(" 'sha256-{}'", STANDARD.encode(sha256(a.text().as_bytes())));
    let styles: String = ASSETS.iter().filter(|a| a.kind == CSS).map(hash).collect();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'{styles}; img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
});

/// The policy of a page without scripts: nothing but the styles that may be in it.
static PLAIN_POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = |a: &Asset| format!(" 'sha256-{}'", STANDARD.encode(sha256(a.text().as_bytes())));
    let styles: String = ASSETS.iter().filter(|a| a.kind == CSS && a.name == PLAIN_STYLE).map(hash).collect();
    format!(
        "default-src 'none'; style-src{styles}; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
});

/// The style of pages without scripts.
const PLAIN_STYLE: &str = "code.css";

/// The `Content-Security-Policy` of a page without scripts.
pub(super) fn plain_policy() -> &'static str {
    &PLAIN_POLICY
}

/// The `Content-Security-Policy` of a page.
pub(super) fn page_policy() -> &'static str {
    &PAGE_POLICY
}

/// The permanent address of an asset.
pub(super) fn address(name: &str) -> String {
    format!("/assets/{}/{name}", *VERSION)
}

/// A style's text, to be in a page. Nothing for a name that is not in the table, which a test finds.
pub(super) fn style(name: &str) -> &'static str {
    ASSETS.iter().find(|a| a.kind == CSS && a.name.strip_suffix(".css") == Some(name)).map_or("", Asset::text)
}

/// Adds what the pages load.
pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(only_get("/assets/{version}/{name}", web::to(kept)));
    config.service(only_get("/assets/{name}", web::to(asked)));
    config.service(only_get("/favicon.ico", web::to(icon)));
    config.service(only_get(SERVICE_WORKER, web::to(service_worker)));
}

fn only_get(path: &str, route: actix_web::Route) -> actix_web::Resource {
    web::resource(path).route(of_method(route, "GET")).default_service(other_methods(&["GET"]))
}

async fn kept(request: HttpRequest, path: web::Path<(String, String)>) -> Answer {
    let (version, name) = path.into_inner();
    // Beside a server of another version its pages may ask here: they get what there is, and don't keep it.
    let control = if version == *VERSION { "public, max-age=31536000, immutable" } else { "no-cache" };
    asset(&request, &name, control, Asset::text)
}

async fn asked(request: HttpRequest, name: web::Path<String>) -> Answer {
    asset(&request, &name, "no-cache", |a| a.source)
}

/// The icon at the address where browsers ask for it on their own, such as beside an answer in JSON.
async fn icon(request: HttpRequest) -> Answer {
    asset(&request, "favicon.svg", "public, max-age=86400", Asset::text)
}

/// The service worker, at an address above all pages, since its scope is what lies below. Browsers ask for it each time.
async fn service_worker(request: HttpRequest) -> Answer {
    let mut response = asset(&request, "sw.js", "no-cache", Asset::text)?;
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("service-worker-allowed"), HeaderValue::from_static("/"));
    // It shows notices and loads nothing.
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'"));
    Ok(response)
}

fn asset(
    request: &HttpRequest,
    name: &str,
    control: &'static str,
    text: fn(&'static Asset) -> &'static str,
) -> Answer {
    let found = ASSETS.iter().find(|a| a.name == name).ok_or_else(Problem::not_found)?;
    let (mut response, is_known) = answer_with_tag(request, &VERSION);
    response.insert_header((header::CACHE_CONTROL, control));
    if is_known {
        return Ok(response.finish());
    }
    Ok(response.content_type(found.kind).body(text(found)))
}
