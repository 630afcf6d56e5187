//! The rules of accessibility: axe-core, which `script/bootstrap test` fetches.

use serde_json::Value;
use std::path::PathBuf;
use std::sync::OnceLock;

use super::Browser;

/// The library, read once.
fn axe() -> &'static str {
    static AXE: OnceLock<String> = OnceLock::new();
    AXE.get_or_init(|| {
        let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let cache = cache.unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache"));
        let path = cache.join("zerodesk/axe-core-4.14.1/node_modules/axe-core/axe.min.js");
        std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}; run script/bootstrap test", path.display()))
    })
}

/// WCAG 2.0, 2.1 and 2.2, A and AA, and the best practices; the size of targets, too, which axe leaves out by default.
const RUN: &str = "
    const done = arguments[arguments.length - 1];
    const [coloursOnly, colours] = arguments;
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
    axe.run(document, {
        runOnly: coloursOnly ? { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } : { type: 'tag', values: tags },
        rules: coloursOnly ? {} : { 'target-size': { enabled: true }, 'color-contrast': { enabled: colours } },
        resultTypes: ['violations'],
    }).then(({ violations, passes }) => done({
        rules: passes.length,
        found: violations.map(({ id, help, nodes }) => [id, help, nodes.map((n) => [n.html.slice(0, 300), n.failureSummary])]),
    }), (error) => done({ found: [String(error)] }));";

impl Browser {
    /// What axe finds on the present page.
    #[track_caller]
    pub fn axe(&self) -> Vec<Value> {
        self.found_by(true)
    }

    /// The same but for contrasts, which take half of the time: for a page whose colours were looked at in another language or size.
    #[track_caller]
    pub fn axe_without_contrast(&self) -> Vec<Value> {
        self.found_by(false)
    }

    #[track_caller]
    fn found_by(&self, contrast: bool) -> Vec<Value> {
        let result = self.run_axe(false, contrast);
        assert!(result["rules"].as_i64().is_none_or(|rules| rules > 10), "axe looked at nothing: {result}");
        found(&result)
    }

    /// What the rules that depend on colours find on the present page; all others say the same in each colour scheme.
    #[track_caller]
    pub fn axe_colours(&self) -> Vec<Value> {
        let result = self.run_axe(true, true);
        assert!(result["rules"].as_i64().is_none_or(|rules| rules > 0), "axe looked at no colours: {result}");
        found(&result)
    }

    #[track_caller]
    fn run_axe(&self, colours_only: bool, contrast: bool) -> Value {
        if self.script("return typeof axe", vec![]) == "undefined" {
            self.script(&format!("{}\nwindow.axe = axe;", axe()), vec![]);
        }
        self.script_async(RUN, vec![colours_only.into(), contrast.into()])
    }
}

#[track_caller]
fn found(result: &Value) -> Vec<Value> {
    result["found"].as_array().unwrap_or_else(|| panic!("{result}")).clone()
}
