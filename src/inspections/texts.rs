//! The texts and numbers of a step, bounded.

use crate::core::fields::Fields;
use crate::inspections::particulars::{Particulars, QuickResult, SampleTaken, TestResult};

/// The most items of a report.
const MOST_ITEMS: usize = 200;

/// The longest reason of a step, in characters.
pub const LONGEST_REASON: usize = 500;

/// The most of names and numbers in a list.
const MOST_NAMES: usize = 20;

fn names(fields: &mut Fields, pointer: &str, names: &[String], each: usize) {
    fields.require(names.len() <= MOST_NAMES, pointer, "不能超过 20 项", "must not be more than 20");
    for (place, name) in names.iter().take(MOST_NAMES).enumerate() {
        fields.text(&format!("{pointer}/{place}"), name, each);
    }
}

fn text(fields: &mut Fields, pointer: &str, text: &Option<String>, most: usize) {
    if text.is_some() {
        fields.optional_text(pointer, text.as_deref(), most);
    }
}

/// Checks what is said of a sample.
pub fn check_sample(fields: &mut Fields, at: &str, sample: &SampleTaken) {
    names(fields, &format!("{at}/samplers"), &sample.samplers, 50);
    text(fields, &format!("{at}/witness"), &sample.witness, 50);
    text(fields, &format!("{at}/batch"), &sample.batch, 100);
    text(fields, &format!("{at}/unit"), &sample.unit, 20);
    fields.day(&format!("{at}/produced_on"), sample.produced_on);
    let quantities = [
        ("base_quantity", sample.base_quantity),
        ("test_quantity", sample.test_quantity),
        ("reserve_quantity", sample.reserve_quantity),
        ("needed_quantity", sample.needed_quantity),
    ];
    for (name, quantity) in quantities {
        let fits = quantity.is_none_or(|number| (0.0..=1e12).contains(&number));
        fields.require(fits, &format!("{at}/{name}"), "须为 0 至 10^12", "must be from 0 to 10^12");
    }
    let fits = sample.price_fen.is_none_or(|fen| (0..=1_000_000_000_000).contains(&fen));
    fields.require(fits, &format!("{at}/price_fen"), "须为 0 至 10^12", "must be from 0 to 10^12");
    if let Some(shop) = &sample.online {
        text(fields, &format!("{at}/online/platform"), &shop.platform, 100);
        text(fields, &format!("{at}/online/shop"), &shop.shop, 200);
        text(fields, &format!("{at}/online/url"), &shop.url, 1000);
        text(fields, &format!("{at}/online/order_no"), &shop.order_no, 100);
    }
}

/// Checks the texts of a result.
pub fn check_result(fields: &mut Fields, at: &str, result: &TestResult) {
    text(fields, &format!("{at}/report_no"), &result.report_no, 100);
    text(fields, &format!("{at}/signed_by"), &result.signed_by, 50);
    let few = result.items.len() <= MOST_ITEMS;
    fields.require(few, &format!("{at}/items"), "不能超过 200 项", "must not be more than 200");
    for (place, item) in result.items.iter().take(MOST_ITEMS).enumerate() {
        let at = format!("{at}/items/{place}");
        fields.text(&format!("{at}/item"), &item.item, 100);
        text(fields, &format!("{at}/method"), &item.method, 200);
        text(fields, &format!("{at}/requirement"), &item.requirement, 300);
        text(fields, &format!("{at}/measured"), &item.measured, 300);
        text(fields, &format!("{at}/unit"), &item.unit, 50);
    }
}

fn check_quick(fields: &mut Fields, quick: &QuickResult) {
    fields.text("/quick/device", &quick.device, 100);
    fields.text("/quick/tester", &quick.tester, 50);
    let fits = quick.minutes.is_none_or(|minutes| (0..=10_000).contains(&minutes));
    fields.require(fits, "/quick/minutes", "须为 0 至 10000", "must be from 0 to 10,000");
}

/// Checks the texts and numbers of a step.
pub fn check(fields: &mut Fields, said: &Particulars) {
    if let Some(product) = &said.product {
        if let Some(name) = &product.name {
            fields.text("/product/name", name, 200);
        }
        text(fields, "/product/trademark", &product.trademark, 100);
        text(fields, "/product/model", &product.model, 200);
        text(fields, "/product/standard", &product.standard, 200);
    }
    if let Some(sample) = &said.sample {
        check_sample(fields, "/sample", sample);
    }
    if let Some(result) = &said.result {
        check_result(fields, "/result", result);
    }
    if let Some(quick) = &said.quick {
        check_quick(fields, quick);
    }
    if let Some(seals) = &said.seals {
        names(fields, "/seals", seals, 50);
    }
    if let Some(testers) = &said.testers {
        names(fields, "/testers", testers, 50);
    }
    text(fields, "/reserve_kept_at", &said.reserve_kept_at, 200);
    // Where these go with a step, it needs them: they must say something.
    for (pointer, given, most) in
        [("/handed_to", &said.handed_to, 200), ("/reason", &said.reason, LONGEST_REASON)]
    {
        if let Some(words) = given {
            fields.text(pointer, words, most);
        }
    }
}
