//! The particulars of a step in words, for the history.

use crate::catalogue::Catalogue;
use crate::inspections::fact::Correction;
use crate::inspections::pages::form::reasons;
use crate::inspections::pages::quantity;
use crate::inspections::particulars::{Particulars, SampleTaken, TestResult};
use crate::inspections::settings::Rules;
use crate::inspections::state::InspectionStep;
use crate::web::choices;
use crate::web::frame::Frame;

/// The sentences of a step: one for each thing that it says.
pub fn step_words(
    f: &Frame,
    (catalogue, rules): (&Catalogue, Option<&Rules>),
    step: InspectionStep,
    said: &Particulars,
    note: Option<&str>,
) -> Vec<String> {
    let mut all = Vec::new();
    let colon = f.t("：", ": ");
    let mut add = |label: &str, value: String| {
        if !value.is_empty() {
            all.push(format!("{label}{colon}{value}"));
        }
    };
    if let Some(party) = said.party {
        add(f.t("当事人", "Party"), f.say(&party.text()).to_owned());
    }
    if let Some(reason) = &said.reason {
        let known = reasons(rules, step).iter().find(|known| known.key == *reason);
        let words = known.map_or_else(
            || reason.clone(),
            |known| format!("{}（{}）", f.say(&known.text), f.say(&known.article)),
        );
        add(f.t("原因", "Reason"), words);
    }
    if let Some(code) = &said.product_kind {
        add(f.t("产品种类", "Product kind"), choices::kind(f, catalogue, code));
    }
    if let Some(product) = &said.product {
        let words = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
        add(f.t("产品名称", "Product"), words(&product.name));
        add(f.t("商标", "Trademark"), words(&product.trademark));
        add(f.t("规格型号", "Model"), words(&product.model));
        add(f.t("执行标准", "Standard"), words(&product.standard));
    }
    if let Some(sample) = &said.sample {
        for (label, value) in sample_facts(f, sample) {
            add(label, value);
        }
    }
    let list = |list: &Option<Vec<String>>| list.as_deref().unwrap_or_default().join(f.t("、", ", "));
    add(f.t("封条号", "Seals"), list(&said.seals));
    add(f.t("备样封存地点", "Reserve sample kept at"), said.reserve_kept_at.clone().unwrap_or_default());
    add(f.t("检验人员", "Tested by"), list(&said.testers));
    if let Some(result) = &said.result {
        add(f.t("检验结论", "Result"), result_words(f, result));
    }
    if let Some(quick) = &said.quick {
        let minutes = quick.minutes.map(|n| format!(" · {n} {}", f.t("分钟", "minutes"))).unwrap_or_default();
        let words =
            format!("{} · {} · {}{minutes}", f.say(&quick.outcome.text()), quick.device, quick.tester);
        add(f.t("快速检测", "Quick test"), words);
    }
    if let Some(decided) = said.recording_decided {
        let words = if decided { f.t("是", "yes") } else { f.t("否", "no") };
        add(f.t("录像起决定作用", "Decided by the recording"), words.to_owned());
    }
    add(f.t("移送至", "Handed to"), said.handed_to.clone().unwrap_or_default());
    all.extend(note.map(str::to_owned));
    all
}

/// The sentences of a correction: what it puts right, and why.
pub fn corrected_to(
    f: &Frame,
    by: (&Catalogue, Option<&Rules>),
    step: InspectionStep,
    said: &Correction,
    why: Option<&str>,
) -> Vec<String> {
    let mut all = Vec::new();
    if said.annulled {
        all.push(f.t("该步骤未发生，已作废", "It never happened and is annulled").to_owned());
    }
    if let Some(day) = said.occurred_on {
        all.push(format!("{}{}", f.t("实际日期：", "Actual day: "), f.day(&day)));
    }
    all.extend(step_words(f, by, step, &said.particulars, None));
    all.extend(why.map(|why| format!("{}{why}", f.t("更正原因：", "Why: "))));
    all
}

fn result_words(f: &Frame, result: &TestResult) -> String {
    let failed: Vec<&str> =
        result.items.iter().filter(|item| !item.ok).map(|item| item.item.as_str()).collect();
    let mut words = f.say(&result.outcome.text()).to_owned();
    if let Some(report) = &result.report_no {
        words = format!("{words} · {} {report}", f.t("报告", "report"));
    }
    if failed.is_empty() {
        return words;
    }
    format!("{words} · {}{}", f.t("不合格项目：", "failed: "), failed.join(f.t("、", ", ")))
}

/// What is known of a sample: labels with values.
pub fn sample_facts(f: &Frame, sample: &SampleTaken) -> Vec<(&'static str, String)> {
    let t = |zh: &'static str, en: &'static str| f.t(zh, en);
    let unit = sample.unit.as_deref().unwrap_or_default();
    let count = |value: Option<f64>| value.map(|n| format!("{} {unit}", quantity(n)).trim().to_owned());
    let online = sample.online.as_ref().map(|online| {
        let parts = [&online.platform, &online.shop, &online.url, &online.order_no];
        parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(" · ")
    });
    [
        (t("抽样人员", "Samplers"), Some(sample.samplers.join(t("、", ", ")))),
        (t("被抽样单位在场人员", "Present for the operator"), sample.witness.clone()),
        (t("批号", "Batch"), sample.batch.clone()),
        (t("生产日期", "Produced on"), sample.produced_on.map(|day| f.day(&day))),
        (t("抽样基数", "Taken from"), count(sample.base_quantity)),
        (t("检样数", "For the test"), count(sample.test_quantity)),
        (t("备样数", "Reserve"), count(sample.reserve_quantity)),
        (t("抽样地点", "Where"), sample.channel.map(|channel| f.say(&channel.text()).to_owned())),
        (t("网络购样", "Bought online"), online),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some((label, value.filter(|value| !value.is_empty())?)))
    .collect()
}
