//! A part of a page, found by role and name, and what is done with it.

use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::CmdError;
use serde_json::json;
use std::future::Future;
use std::path::Path;

use super::{Browser, Step};

const FIND: &str = include_str!("../find.js");
/// The key under which WebDriver refers to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Part of a page.
pub struct Field<'a> {
    pub(super) browser: &'a Browser,
    /// The way to it from the whole page.
    pub(super) steps: Vec<Step>,
}

impl Field<'_> {
    /// A part of this part.
    pub fn within(&self, role: &'static str, name: &str) -> Self {
        Self { browser: self.browser, steps: self.to(role, name) }
    }

    fn to(&self, role: &'static str, name: &str) -> Vec<Step> {
        let mut steps = self.steps.clone();
        steps.push((role, name.to_owned()));
        steps
    }

    fn element(&self, steps: &[Step]) -> Result<Option<Element>, CmdError> {
        let steps: Vec<_> = steps.iter().map(|(role, name)| json!({ "role": role, "name": name })).collect();
        let found = self.browser.run(self.browser.client().execute(FIND, vec![steps.into()]))?;
        let id = found[ELEMENT].as_str().map(|id| ElementRef::from(id.to_owned()));
        Ok(id.map(|id| Element::from_element_id(self.browser.client().clone(), id)))
    }

    /// Finds it and does something with it, again where the page has changed in between.
    #[track_caller]
    fn with<T, F: Future<Output = Result<T, CmdError>>>(
        &self,
        role: &'static str,
        name: &str,
        act: impl Fn(Element) -> F,
    ) -> T {
        let steps = self.to(role, name);
        self.browser.wait(&format!("no {steps:?}"), || match self.element(&steps)? {
            Some(element) => self.browser.run(act(element)).map(Some),
            None => Ok(None),
        })
    }

    /// Clicks what has this role and name.
    #[track_caller]
    pub fn click(&self, role: &'static str, name: &str) {
        self.with(role, name, |element| async move {
            // A person scrolls until nothing lies over it, as the bar of a phone's window may.
            let center = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
            let itself = json!({ ELEMENT: element.element_id().as_ref() });
            element.clone().client().execute(center, vec![itself]).await?;
            element.click().await
        });
    }

    /// Types into the field of this label, in place of what was there.
    #[track_caller]
    pub fn fill(&self, label: &str, text: &str) {
        self.with("field", label, |element| async move {
            if element.prop("value").await?.is_some_and(|value| !value.is_empty()) {
                element.clear().await?;
            }
            element.send_keys(text).await
        });
    }

    /// Types into the field of this label, behind what is there.
    #[track_caller]
    pub fn type_on(&self, label: &str, text: &str) {
        self.with("field", label, |element| async move { element.send_keys(text).await });
    }

    /// Chooses what the list of this label shows.
    #[track_caller]
    pub fn choose(&self, label: &str, option: &str) {
        self.with("field", label, |element| async move { element.select_by_label(option).await });
    }

    /// Gives a file to the field of this label.
    #[track_caller]
    pub fn attach(&self, label: &str, file: &Path) {
        let file = file.to_str().unwrap();
        self.with("field", label, |element| async move { element.send_keys(file).await });
    }

    /// Opens what is folded behind this title, unless it is open.
    #[track_caller]
    pub fn unfold(&self, name: &str) {
        self.with("summary", name, |element| async move {
            let details = element.find(fantoccini::Locator::XPath("..")).await?;
            if details.prop("open").await?.is_some_and(|open| open == "true") {
                return Ok(());
            }
            element.click().await
        });
    }

    /// What is in the field of this label.
    #[track_caller]
    pub fn value(&self, label: &str) -> String {
        self.with("field", label, |element| async move { element.prop("value").await }).unwrap_or_default()
    }
}
