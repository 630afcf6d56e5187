//! Product classes and kinds as supervision sampling names them, and the product hospitals.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::CatalogueError;
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
        /// 严管: life and safety.
        Strict = "strict",
        /// 专管: under a production licence, compulsory certification (CCC) or a mandatory standard.
        Special = "special",
        /// 普通: all else.
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
                    return Err(wrong(entry.code(), format!("`{key}` occurs twice")));
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
mod tests {
    use std::collections::HashSet;
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    fn builtin() -> &'static Products {
        static PARSED: LazyLock<Products> =
            LazyLock::new(|| Products::parse(include_str!("../../config/catalogue.toml")).unwrap());
        &PARSED
    }

    #[test]
    fn a_kind_is_found_by_any_of_its_names() {
        let products = builtin();
        for key in
            ["K0101", "k0101", " 热轧带肋钢筋 ", "\u{3000}螺纹钢", "钢筋", "hot-rolled RIBBED steel bar"]
        {
            assert_eq!(products.kind(key).map(|kind| kind.code.as_str()), Some("K0101"), "{key}");
        }
        assert_eq!(products.class("c03").unwrap().name_zh, "电线电缆");
        assert_eq!(products.class("Cement").unwrap().code, "C02");
        assert_eq!(products.hospital("H01").unwrap().region, "440100");
        for key in ["", " ", "K9999", "C01", "不存在"] {
            assert!(products.kind(key).is_none(), "{key}");
        }
    }

    #[test]
    fn kinds_relevant_to_safety_are_supervised_strictly() {
        let products = builtin();
        for name in [
            "钢筋",
            "热轧带肋钢筋",
            "水泥",
            "电线电缆",
            "燃气灶具",
            "燃气器具配件",
            "燃气软管",
            "电动自行车",
            "电动自行车用铅酸蓄电池",
            "电动自行车用锂离子蓄电池",
            "电动自行车充电器",
            "儿童玩具",
            "电动玩具",
        ] {
            assert_eq!(products.kind(name).unwrap().supervision, SupervisionClass::Strict, "{name}");
        }
        assert_eq!(products.kind("电饭锅").unwrap().supervision, SupervisionClass::Special);
        assert_eq!(products.kind("沙发").unwrap().supervision, SupervisionClass::General);
    }

    #[test]
    fn codes_follow_the_class_and_names_are_unique() {
        let products = builtin();
        let mut names = HashSet::new();
        for kind in products.kinds() {
            assert_eq!(kind.code.get(1..3), kind.class.get(1..3), "{}", kind.code);
            assert_eq!((kind.code.len(), &kind.code[..1]), (5, "K"));
            assert!(names.insert(&kind.name_zh) && names.insert(&kind.name_en), "{}", kind.code);
        }
        for (serial, class) in products.classes().enumerate() {
            assert_eq!(class.code, format!("C{:02}", serial + 1));
            assert!(products.kinds().any(|kind| kind.class == class.code), "{}", class.code);
        }
    }

    #[test]
    fn contradictions_are_refused() {
        let class = |code: &str, name: &str, related: &str| {
            format!(
                r#"{{ code = "{code}", name_zh = "{name}", name_en = "{code} en", related = [{related}] }},"#
            )
        };
        let kind = |code: &str, class: &str, rest: &str| {
            format!(
                r#"{{ code = "{code}", class = "{class}", name_zh = "{code}名", name_en = "{code} en", supervision = "strict" {rest} }},"#
            )
        };
        let one = class("C01", "一", "");
        let two = class("C02", "二", "");
        for (classes, kinds, problem) in [
            (one.repeat(2), String::new(), "entry `C01`: `C01` occurs twice"),
            (one.clone() + &class("C02", "一", ""), String::new(), "entry `C02`: `一` occurs twice"),
            (class("C01", "", ""), String::new(), "entry `C01`: a name is empty or has blanks around it"),
            (
                class("C01", "一", "\"C01\""),
                String::new(),
                "entry `C01`: related class `C01` is not related back",
            ),
            (
                class("C01", "一", "\"C02\"") + &two,
                String::new(),
                "entry `C01`: related class `C02` is not related back",
            ),
            (
                class("C01", "一", "\"C09\""),
                String::new(),
                "entry `C01`: related class `C09` is not related back",
            ),
            (one.clone(), kind("K01", "C09", ""), "entry `K01`: class `C09` is not known"),
            (
                one.clone(),
                kind("K01", "C01", "") + &kind("K02", "C01", ", aliases = [\"K01名\"]"),
                "entry `K02`: `K01名` occurs twice",
            ),
        ] {
            let error = Products::parse(&format!("class = [{classes}]\nkind = [{kinds}]\nhospital = []"))
                .unwrap_err();
            assert_eq!(error.to_string(), format!("products: {problem}"));
        }
        for text in [
            "",
            "class = []\nkind = []\nhospital = []\nextra = 1",
            &format!("class = []\nkind = [{}]\nhospital = []", kind("K01", "C01", ", colour = 1")),
        ] {
            assert_eq!(Products::parse(text).unwrap_err().code(), "catalogue_syntax");
        }
    }

    #[test]
    fn an_api_shows_the_supervision_class_in_snake_case() {
        let kind = serde_json::to_value(builtin().kind("K0201").unwrap()).unwrap();
        assert_eq!(kind["supervision"], "strict");
        assert_eq!(kind["class"], "C02");
    }

    proptest! {
        #[test]
        fn every_key_finds_its_kind(pick in any::<prop::sample::Index>(), left in "[ \t\u{3000}]{0,3}", right in "[ \t\u{3000}]{0,3}") {
            let products = builtin();
            let kinds: Vec<_> = products.kinds().collect();
            let kind = *pick.get(&kinds);
            for key in kind.keys() {
                let written = format!("{left}{}{right}", key.to_uppercase());
                prop_assert_eq!(products.kind(&written), Some(kind));
            }
        }
    }
}
