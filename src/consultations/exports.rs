//! The consultations as files.

use crate::consultations::pages::words::ConsultationWords;
use crate::consultations::status::Status;
use crate::consultations::views::{ConsultationView, TargetView};
use crate::exports::{Cell, Column, FilterWord, List, Q, Words};

/// Where a row names tags, enterprises and experts, those of the panel included.
const NAMED: &[(&str, &str)] = &[("id", "name"), ("expert", "name")];

fn yes(word: &str, words: &Words) -> String {
    words.yes(word == "true").to_owned()
}

fn target<'a>(c: &'a ConsultationView, kind: &str) -> Option<&'a TargetView> {
    c.targets.iter().find(|t| t.kind == kind)
}

fn state(c: &ConsultationView, kind: &str, words: &Words) -> Cell {
    let Some(target) = target(c, kind) else { return Cell::Empty };
    Cell::text(match target.state.as_str() {
        "met" => words.t("按时", "in time"),
        "breached" => words.t("超时", "overdue"),
        "paused" => words.t("暂停", "paused"),
        "ended" => words.t("未办即终止", "ended before"),
        _ => words.t("计时中", "running"),
    })
}

/// The consultations.
pub static CONSULTATIONS: List<ConsultationView> = List {
    name: "consultations",
    zh: "问诊",
    en: "Consultations",
    people: true,
    columns: &[
        Column::new("主题", "Subject", |c, _| Cell::text(&c.subject)),
        Column::new("状态", "Status", |c, w| Cell::text(w.state_of(c))),
        Column::new("企业名称", "Enterprise", |c, _| Cell::text(&c.enterprise.name)),
        Column::new("地区", "Region", |c, w| Cell::text(w.region(&c.enterprise.region))),
        Column::new("产品种类", "Product", |c, w| {
            Cell::text(w.t(&c.product_kind.name_zh, &c.product_kind.name_en))
        }),
        Column::new("问题", "Question", |c, _| Cell::text(&c.question)),
        Column::new("专家", "Expert", |c, _| Cell::some(c.expert.as_ref().map(|e| &e.name))),
        Column::new("职称", "Title", |c, _| Cell::some(c.expert.as_ref().map(|e| &e.title))),
        Column::new("会诊专家", "Panel", |c, w| Cell::text(w.joined(c.panel.iter().map(|p| &p.name)))),
        Column::new("标签", "Tags", |c, w| Cell::text(w.joined(c.tags.iter().flatten().map(|t| &t.name)))),
        Column::new("要求现场", "On site", |c, w| Cell::text(w.yes(c.on_site))),
        Column::new("发起时间", "Opened", |c, _| Cell::Moment(c.opened_at)),
        Column::new("接诊时间", "Accepted", |c, _| Cell::moment(c.accepted_at)),
        Column::new("办结时间", "Concluded", |c, _| Cell::moment(c.concluded_at)),
        Column::new("首次答复时限", "First answer due", |c, _| {
            Cell::moment(target(c, "first_answer").and_then(|t| t.due_at))
        }),
        Column::new("首次答复情况", "First answer", |c, w| state(c, "first_answer", w)),
        Column::new("后续答复时限", "Next answer due", |c, _| {
            Cell::moment(target(c, "next_answer").and_then(|t| t.due_at))
        }),
        Column::new("后续答复情况", "Next answer", |c, w| state(c, "next_answer", w)),
        Column::new("办结时限", "Conclusion due", |c, _| {
            Cell::moment(target(c, "conclusion").and_then(|t| t.due_at))
        }),
        Column::new("办结情况", "Conclusion in time", |c, w| state(c, "conclusion", w)),
        Column::new("告警时间", "Alarm", |c, _| {
            Cell::moment(c.search.as_ref().and_then(|s| s.alarmed_at))
        }),
        Column::new("结论编号", "Number of the conclusion", |c, _| {
            Cell::some(c.conclusion_number.as_ref())
        }),
        Column::new("原因", "Cause", |c, _| Cell::some(c.cause.as_ref())),
        Column::new("结论", "Conclusion", |c, _| Cell::some(c.conclusion.as_ref())),
        Column::new("评分", "Rating", |c, _| c.rating.map_or(Cell::Empty, Cell::count)),
        Column::new("评价", "Comment", |c, _| Cell::some(c.rating_comment.as_ref())),
    ],
    filters: &[
        Q,
        FilterWord::new("status", "状态", "status", |word, w| match word.parse::<Status>() {
            Ok(status) => w.status(&status).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("alarm", "告警", "alarm", yes),
        FilterWord::new("overdue", "答复超时", "overdue", yes),
        FilterWord::new("unread", "有未读消息", "unread", yes),
        FilterWord::of_row("tag", "标签", "tag", NAMED),
        FilterWord::new("region", "地区", "region", |word, w| w.region(word)),
        FilterWord::of_row("enterprise", "企业", "enterprise", NAMED),
        FilterWord::of_row("expert", "专家", "expert", NAMED),
        FilterWord::of_row("nonconformity", "不合格记录", "nonconformity", &[]),
    ],
};
