//! Product classes and kinds as supervision sampling names them, and the product hospitals.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::CatalogueError;
use crate::core::Language;

/// A product class (产品类别), a group of kinds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductClass {
    /// Code such as `C03`.
    pub code: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Codes of the classes near in trade. The relation is symmetric.
    pub related: Vec<String>,
}

/// A product kind (产品种类), the leaf of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductKind {
    /// Code such as `K0301`.
    pub code: String,
    /// Code of its class.
    pub class: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// How closely it is supervised.
    pub supervision: SupervisionClass,
    /// Other Chinese names that reports use for it.
    #[serde(default)]
    pub aliases: Vec<String>,
}

crate::word_enum! {
    /// How closely a product kind is supervised, the closest first.
    pub enum SupervisionClass {
        /// Strict control (严管): life and safety.
        Strict = "strict",
        /// Special control (专管): under a production licence, compulsory certification (CCC) or a mandatory standard.
        Special = "special",
        /// General control (普通): all else.
        General = "general",
    }
}

/// A product hospital (产品医院): an inspection and technical institution whose experts consult.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductHospital {
    /// Code such as `H01`.
    pub code: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Code of the region it is seated in.
    pub region: String,
}

/// The product catalogue. Codes, names and aliases each lead to one entry only.
#[derive(Debug, Clone)]
pub struct Products {
    classes: Index<ProductClass>,
    kinds: Index<ProductKind>,
    hospitals: Index<ProductHospital>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    class: Vec<ProductClass>,
    kind: Vec<ProductKind>,
    hospital: Vec<ProductHospital>,
}

impl Products {
    /// Reads the catalogue from TOML; `config/catalogue.toml` shows the form.
    ///
    /// # Errors
    /// A syntax error or unknown key; a code, name or alias that is blank or leads to two entries; a class that is
    /// unknown, related to itself or not related back.
    pub fn parse(toml: &str) -> Result<Self, CatalogueError> {
        let file: File = toml::from_str(toml)
            .map_err(|error| CatalogueError::Syntax { text: "products", problem: error.to_string() })?;
        let products = Self {
            classes: Index::build(file.class)?,
            kinds: Index::build(file.kind)?,
            hospitals: Index::build(file.hospital)?,
        };
        for class in products.classes() {
            for other in &class.related {
                let back = products.classes.by_code(other).map(|other| &other.related);
                if *other == class.code || !back.is_some_and(|back| back.contains(&class.code)) {
                    let problem = format!("related class `{other}` is not related back");
                    return Err(wrong(&class.code, problem));
                }
            }
        }
        for kind in products.kinds() {
            if products.classes.by_code(&kind.class).is_none() {
                return Err(wrong(&kind.code, format!("class `{}` is not known", kind.class)));
            }
        }
        Ok(products)
    }

    /// The kind of this code, Chinese name or alias, or English name. Letter case and surrounding blanks do not matter.
    #[must_use]
    pub fn kind(&self, code_or_name: &str) -> Option<&ProductKind> {
        self.kinds.find(code_or_name)
    }

    /// The kind of exactly this code: for what is stored by it, where a name or another letter case would lead to no kind.
    #[must_use]
    pub fn coded(&self, code: &str) -> Option<&ProductKind> {
        self.kind(code).filter(|kind| kind.code == code)
    }

    /// The class of this code, Chinese name or English name. Letter case and surrounding blanks do not matter.
    #[must_use]
    pub fn class(&self, code_or_name: &str) -> Option<&ProductClass> {
        self.classes.find(code_or_name)
    }

    /// The product hospital of this code or name. Letter case and surrounding blanks do not matter.
    #[must_use]
    pub fn hospital(&self, code_or_name: &str) -> Option<&ProductHospital> {
        self.hospitals.find(code_or_name)
    }

    /// All classes, in the order of the catalogue.
    pub fn classes(&self) -> impl ExactSizeIterator<Item = &ProductClass> {
        self.classes.entries.iter()
    }

    /// All kinds, in the order of the catalogue.
    pub fn kinds(&self) -> impl ExactSizeIterator<Item = &ProductKind> {
        self.kinds.entries.iter()
    }

    /// All product hospitals, in the order of the catalogue.
    pub fn hospitals(&self) -> impl ExactSizeIterator<Item = &ProductHospital> {
        self.hospitals.entries.iter()
    }
}

/// Entries in order, found by any of their keys.
#[derive(Debug, Clone)]
struct Index<T> {
    entries: Vec<T>,
    at: HashMap<String, usize>,
}

trait Entry {
    fn code(&self) -> &str;
    /// Every text the entry is found by, its code first.
    fn keys(&self) -> Vec<&str>;
}

impl<T: Entry> Index<T> {
    fn build(entries: Vec<T>) -> Result<Self, CatalogueError> {
        let mut at = HashMap::new();
        for (position, entry) in entries.iter().enumerate() {
            for key in entry.keys() {
                if key.is_empty() || key.trim() != key {
                    return Err(wrong(entry.code(), "a name is empty or has blanks around it"));
                }
                if at.insert(normal(key), position).is_some() {
                    return Err(wrong(entry.code(), format!("duplicate code or name `{key}`")));
                }
            }
        }
        Ok(Self { entries, at })
    }

    fn find(&self, key: &str) -> Option<&T> {
        self.at.get(&normal(key)).and_then(|position| self.entries.get(*position))
    }

    /// Found by its code exactly, as entries refer to each other.
    fn by_code(&self, code: &str) -> Option<&T> {
        self.find(code).filter(|entry| entry.code() == code)
    }
}

/// The one of two names that is of this language.
fn by_language<'a>(language: Language, zh: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

impl ProductClass {
    /// Its name in a language.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        by_language(language, &self.name_zh, &self.name_en)
    }
}

impl Entry for ProductClass {
    fn code(&self) -> &str {
        &self.code
    }

    fn keys(&self) -> Vec<&str> {
        vec![&self.code, &self.name_zh, &self.name_en]
    }
}

impl ProductKind {
    /// Its name in a language.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        by_language(language, &self.name_zh, &self.name_en)
    }
}

impl Entry for ProductKind {
    fn code(&self) -> &str {
        &self.code
    }

    fn keys(&self) -> Vec<&str> {
        let own = [&self.code, &self.name_zh, &self.name_en];
        own.into_iter().chain(&self.aliases).map(String::as_str).collect()
    }
}

impl ProductHospital {
    /// Its name in a language.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        by_language(language, &self.name_zh, &self.name_en)
    }
}

impl Entry for ProductHospital {
    fn code(&self) -> &str {
        &self.code
    }

    fn keys(&self) -> Vec<&str> {
        vec![&self.code, &self.name_zh, &self.name_en]
    }
}

fn normal(key: &str) -> String {
    key.trim().to_lowercase()
}

fn wrong(entry: &str, problem: impl Into<String>) -> CatalogueError {
    CatalogueError::Product { entry: entry.to_owned(), problem: problem.into() }
}

#[cfg(test)]
mod tests;
