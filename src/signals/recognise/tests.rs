//! Rules of matching.

use super::*;
use crate::catalogue::Catalogue;
use crate::core::ids::EnterpriseId;
use crate::signals::source::SignalSource;

fn clues(title: &'static str) -> Clues<'static> {
    Clues {
        source: SignalSource::Media,
        product: None,
        category: None,
        title,
        text: "",
        maker: None,
        place: None,
        brand: None,
    }
}

fn firm(region: &str) -> Firm {
    Firm { id: EnterpriseId::new(), region: region.to_owned() }
}

fn reasons(found: &Recognised) -> Vec<MatchReason> {
    found.believed.iter().map(|believed| believed.reason).collect()
}

#[test]
fn kinds_are_known_by_code_name_and_text() {
    let catalogue = Catalogue::builtin().unwrap();
    let kind = catalogue.products.kinds().next().unwrap().clone();
    let known = Known::default();
    let by = |clues: Clues<'_>| {
        let found = recognise(clues, &known, &catalogue, 60);
        (found.kind, found.confidence)
    };
    assert_eq!(by(Clues { product: Some(&kind.code), ..clues("") }), (Some(kind.code.clone()), 98));
    assert_eq!(by(Clues { product: Some(&kind.name_zh), ..clues("") }), (Some(kind.code.clone()), 95));
    let title = format!("{}抽查结果公布", kind.name_zh);
    assert_eq!(by(Clues { title: &title, ..clues("") }), (Some(kind.code.clone()), 75));
    assert_eq!(by(clues("今日要闻")), (None, 0));
    // Two kinds of which neither is part of the other's name.
    let other = catalogue.products.kinds().find(|other| {
        !other.name_zh.contains(&kind.name_zh)
            && !kind.name_zh.contains(&other.name_zh)
            && other.class != kind.class
    });
    let both = format!("{}，{}", kind.name_zh, other.unwrap().name_zh);
    let found = recognise(Clues { title: &both, ..clues("") }, &known, &catalogue, 60);
    assert_eq!((found.kind.as_deref(), reasons(&found)), (None, vec![MatchReason::SeveralKinds]));
}

#[test]
fn a_brand_alone_is_no_enterprise() {
    let catalogue = Catalogue::builtin().unwrap();
    let found = recognise(Clues { brand: Some("某牌"), ..clues("") }, &Known::default(), &catalogue, 60);
    assert_eq!((found.enterprise, reasons(&found)), (None, vec![MatchReason::BrandAlone]));
}

#[test]
fn a_name_that_several_have_needs_its_region() {
    let catalogue = Catalogue::builtin().unwrap();
    let (here, there) = (firm("440103"), firm("440305"));
    let known = Known { by_name: vec![here.clone(), there], ..Known::default() };
    let named = Clues { maker: Some("恒通电缆有限公司"), ..clues("") };
    let found = recognise(named, &known, &catalogue, 60);
    assert_eq!((found.enterprise, reasons(&found)), (None, vec![MatchReason::SeveralFirms]));
    let found = recognise(Clues { place: Some("广州市"), ..named }, &known, &catalogue, 60);
    assert_eq!(
        (found.enterprise, found.confidence, found.region.as_deref()),
        (Some(here.id), 92, Some("440103"))
    );
}

#[test]
fn what_was_recalled_abroad_stays_unmatched_without_an_enterprise_of_here() {
    let catalogue = Catalogue::builtin().unwrap();
    let kind = catalogue.products.kinds().next().unwrap().clone();
    let recall = Clues { source: SignalSource::ForeignRecall, product: Some(&kind.name_zh), ..clues("") };
    let found = recognise(recall, &Known::default(), &catalogue, 60);
    assert_eq!((found.kind, found.confidence), (None, 0));
    assert_eq!(found.believed[0].value.as_ref(), Some(&kind.code), "a proposal");
    assert_eq!(found.believed[1].reason, MatchReason::NotSoldHere);
    let known = Known { by_code: Some(firm("440103")), ..Known::default() };
    let found = recognise(recall, &known, &catalogue, 60);
    assert_eq!((found.kind, found.confidence), (Some(kind.code), 95));
}

#[test]
fn names_and_codes_are_found_in_texts() {
    let names = firms::names_in("近日，佛山市恒通电缆有限公司生产的电线不合格");
    assert!(names.iter().any(|name| name == "佛山市恒通电缆有限公司"), "{names:?}");
    assert!(firms::names_in(&"有限公司".repeat(2_000)).len() <= 300);
    assert!(firms::codes_in("代码 91440000123456789X 无效").is_empty());
    assert_eq!(firms::name_and_town("Acme Co., of Dongguan, China"), ("Acme Co.", Some("Dongguan, China")));
    assert_eq!(firms::name_and_town("Acme Co."), ("Acme Co.", None));
}

#[test]
fn regions_are_found_in_texts() {
    let catalogue = Catalogue::builtin().unwrap();
    let region = |text: &str| places::region_in(&catalogue.regions, text);
    assert_eq!(region("广州市越秀区某店").as_deref(), Some("440104"));
    assert_eq!(region("广州发生").as_deref(), Some("440100"));
    assert_eq!(region("440305").as_deref(), Some("440305"));
    assert_eq!(region("Dongguan, China"), None);
}

#[test]
fn a_site_that_took_the_news_over_is_no_region() {
    let catalogue = Catalogue::builtin().unwrap();
    let region = |title: &'static str, text: &'static str| {
        recognise(Clues { text, ..clues(title) }, &Known::default(), &catalogue, 60).region
    };
    assert_eq!(region("插座漏电起火 - 深圳新闻网", "来源：佛山日报 有人受伤"), None);
    assert_eq!(region("插座漏电起火 - 深圳新闻网", "来源：佛山日报 事发广州市").as_deref(), Some("440100"));
}
