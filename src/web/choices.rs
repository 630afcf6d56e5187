//! Regions and products by their names, for the console's forms and lists.

use crate::catalogue::{Catalogue, Region};
use crate::core::Language;
use crate::core::actor::{Actor, Scope};
use crate::web::frame::Frame;

/// The region of the reader: an officer's own, the operator's whole platform.
pub fn own<'a>(actor: &Actor, catalogue: &'a Catalogue) -> Option<&'a Region> {
    match actor.scope() {
        Some(Scope::Admin(code)) => catalogue.regions.get(code),
        _ => catalogue.regions.iter().find(|region| region.parent.is_none()),
    }
}

/// A choice of a form.
pub struct Choice {
    /// The value that the form sends.
    pub code: String,
    /// The words that people read.
    pub name: String,
    /// Its depth in the tree.
    pub indent: &'static str,
}

/// The reader's region and all under it, each after the one that holds it.
pub fn regions(language: Language, actor: &Actor, catalogue: &Catalogue) -> Vec<Choice> {
    let mut found = Vec::new();
    if let Some(own) = own(actor, catalogue) {
        put(language, catalogue, own, 0, &mut found);
    }
    found
}

fn put(language: Language, catalogue: &Catalogue, region: &Region, depth: usize, found: &mut Vec<Choice>) {
    let indent = ["", "\u{3000}", "\u{3000}\u{3000}"].get(depth).copied().unwrap_or("\u{3000}\u{3000}");
    found.push(Choice { code: region.code.clone(), name: region.name_in(language).to_owned(), indent });
    for below in catalogue.regions.iter().filter(|r| r.parent.as_deref() == Some(&region.code)) {
        put(language, catalogue, below, depth + 1, found);
    }
}

/// The product classes.
pub fn classes(f: &Frame, catalogue: &Catalogue) -> Vec<Choice> {
    let choice = |class: &crate::catalogue::ProductClass| Choice {
        code: class.code.clone(),
        name: class.name(f.language).to_owned(),
        indent: "",
    };
    catalogue.products.classes().map(choice).collect()
}

/// The product kinds in their classes.
pub fn kinds(f: &Frame, catalogue: &Catalogue) -> Vec<(Choice, Vec<Choice>)> {
    let of_class = |class: &str| {
        let of_class = catalogue.products.kinds().filter(|kind| kind.class == class);
        let choice = |kind: &crate::catalogue::ProductKind| Choice {
            code: kind.code.clone(),
            name: kind.name(f.language).to_owned(),
            indent: "",
        };
        of_class.map(choice).collect()
    };
    let with_kinds = |class: Choice| {
        let kinds = of_class(&class.code);
        (class, kinds)
    };
    classes(f, catalogue).into_iter().map(with_kinds).collect()
}

/// The name of a region with that of the one around it, where that says more.
pub fn region(language: Language, catalogue: &Catalogue, code: &str) -> String {
    let Some(region) = catalogue.regions.get(code) else { return code.to_owned() };
    let around = region.parent.as_deref().and_then(|code| catalogue.regions.get(code));
    match around {
        Some(around) if around.parent.is_some() => match language {
            Language::Zh => format!("{} {}", around.name, region.name),
            Language::En => format!("{}, {}", region.name_en, around.name_en),
        },
        _ => region.name_in(language).to_owned(),
    }
}

/// The name of a product kind.
pub fn kind(f: &Frame, catalogue: &Catalogue, code: &str) -> String {
    let kind = catalogue.products.kind(code);
    kind.map_or_else(|| code.to_owned(), |kind| kind.name(f.language).to_owned())
}

/// The name of a product class.
pub fn class(f: &Frame, catalogue: &Catalogue, code: &str) -> String {
    let class = catalogue.products.class(code);
    class.map_or_else(|| code.to_owned(), |class| class.name(f.language).to_owned())
}
