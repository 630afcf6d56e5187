use std::collections::HashSet;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

fn builtin() -> &'static Products {
    static PARSED: LazyLock<Products> =
        LazyLock::new(|| Products::parse(include_str!("../../../config/catalogue.toml")).unwrap());
    &PARSED
}

#[test]
fn a_kind_is_found_by_any_of_its_names() {
    let products = builtin();
    for key in ["K0101", "k0101", " 热轧带肋钢筋 ", "\u{3000}螺纹钢", "钢筋", "hot-rolled RIBBED steel bar"]
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
fn what_is_stored_by_a_code_is_asked_for_by_that_alone() {
    let products = builtin();
    assert_eq!(products.coded("K0101").map(|kind| kind.code.as_str()), Some("K0101"));
    for key in ["k0101", " K0101", "热轧带肋钢筋", "K9999", ""] {
        assert!(products.coded(key).is_none(), "{key}");
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
        format!(r#"{{ code = "{code}", name_zh = "{name}", name_en = "{code} en", related = [{related}] }},"#)
    };
    let kind = |code: &str, class: &str, rest: &str| {
        format!(
            r#"{{ code = "{code}", class = "{class}", name_zh = "{code}名", name_en = "{code} en", supervision = "strict" {rest} }},"#
        )
    };
    let one = class("C01", "一", "");
    let two = class("C02", "二", "");
    for (classes, kinds, problem) in [
        (one.repeat(2), String::new(), "entry `C01`: duplicate code or name `C01`"),
        (one.clone() + &class("C02", "一", ""), String::new(), "entry `C02`: duplicate code or name `一`"),
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
            "entry `K02`: duplicate code or name `K01名`",
        ),
    ] {
        let error =
            Products::parse(&format!("class = [{classes}]\nkind = [{kinds}]\nhospital = []")).unwrap_err();
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
