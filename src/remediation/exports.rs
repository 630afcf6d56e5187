//! The cases as files.

use crate::exports::{Cell, Column, FilterWord, List, Q, REGION, Words};
use crate::remediation::case_filter::Turn;
use crate::remediation::case_view::CaseView;
use crate::remediation::deadlines::clock::Clock;
use crate::remediation::pages::words::CaseWords;
use crate::remediation::state::CaseState;
use crate::remediation::view::ClockView;

fn due(clock: Option<&ClockView>) -> Cell {
    Cell::date(clock.and_then(|clock| clock.due_on))
}

fn done(clock: Option<&ClockView>) -> Cell {
    Cell::date(clock.and_then(|clock| clock.done_on))
}

/// What became of a deadline, or the days to it.
fn standing(clock: Option<&ClockView>, w: &Words) -> Cell {
    Cell::some(clock.map(|clock| match clock.standing.as_str() {
        "met" => w.t("按期完成", "met").to_owned(),
        "late" => w.t("逾期完成", "late").to_owned(),
        "suspended" => w.t("复检中止", "suspended").to_owned(),
        "ended" => w.t("已终止", "ended").to_owned(),
        _ => clock.days_left.map(|days| w.left(&days)).unwrap_or_default(),
    }))
}

fn day(word: &str, words: &Words) -> String {
    word.parse().map_or_else(|_| word.to_owned(), |day| words.day(&day))
}

/// The cases.
pub static CASES: List<CaseView> = List {
    name: "cases",
    zh: "整改案件",
    en: "Remediation cases",
    people: false,
    columns: &[
        Column::new("统一社会信用代码", "Credit code", |c, _| Cell::text(&c.uscc)),
        Column::new("企业名称", "Enterprise", |c, _| Cell::text(&c.enterprise_name)),
        Column::new("地区代码", "Region code", |c, _| Cell::text(&c.region)),
        Column::new("地区", "Region", |c, w| Cell::text(w.region(&c.region))),
        Column::new("办理部门所在地区", "Authority", |c, w| Cell::text(w.region(&c.authority))),
        Column::new("报告编号", "Report number", |c, _| Cell::text(&c.report_no)),
        Column::new("产品种类", "Product", |c, w| Cell::text(w.kind(&c.product_kind))),
        Column::new("状态", "State", |c, w| Cell::text(w.state(&c.state))),
        Column::new("停止生产销售日期", "Stopped on", |c, _| Cell::date(c.stopped_on)),
        Column::new("责令改正日期", "Ordered on", |c, _| Cell::date(c.ordered_on)),
        Column::new("整改期限", "Rectification due", |c, _| due(c.clocks.rectification.as_ref())),
        Column::new("整改完成日期", "Rectified on", |c, _| done(c.clocks.rectification.as_ref())),
        Column::new("整改期限情况", "Rectification", |c, w| {
            standing(c.clocks.rectification.as_ref(), w)
        }),
        Column::new("复查期限", "Re-inspection due", |c, _| due(c.clocks.reinspection.as_ref())),
        Column::new("复查期限情况", "Re-inspection", |c, w| {
            standing(c.clocks.reinspection.as_ref(), w)
        }),
        Column::new("最近复查日期", "Re-inspected on", |c, _| Cell::date(c.reinspected_on)),
        Column::new("公告日期", "Announced on", |c, _| Cell::date(c.announced_on)),
        Column::new("再次复查期限", "Second re-inspection due", |c, _| {
            due(c.clocks.second_reinspection.as_ref())
        }),
        Column::new("停业整顿期限", "Suspended until", |c, _| due(c.clocks.suspension.as_ref())),
        Column::new("不得生产销售", "On hold", |c, w| Cell::text(w.yes(c.on_hold))),
        Column::new("清零时间", "Cleared at", |c, _| Cell::moment(c.cleared_at)),
        Column::new("适用规则", "Rules", |c, _| Cell::text(&c.rule_version)),
    ],
    filters: &[
        Q,
        REGION,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse::<CaseState>() {
            Ok(state) => w.state(&state),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("turn", "下一步由", "waiting on", |word, w| match word.parse::<Turn>() {
            Ok(Turn::Enterprise) => w.t("企业", "the enterprise").to_owned(),
            Ok(Turn::Authority) => w.t("监管部门", "the authority").to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("mine", "今天可由本人办理", "may be acted on today", |word, w| {
            w.yes(word == "true").to_owned()
        }),
        FilterWord::new("class", "产品类别", "product class", |code, w| w.class(code)),
        FilterWord::new("clock", "期限种类", "which deadline", |word, w| match word.parse::<Clock>() {
            Ok(clock) => clock.text().get(w.language).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("deadline_from", "期限起", "deadline from", day),
        FilterWord::new("deadline_to", "期限止", "deadline to", day),
        FilterWord::new("due_before", "复查期限不晚于", "re-inspection due by", day),
        FilterWord::of_row("enterprise", "企业", "enterprise", &[("enterprise_id", "enterprise_name")]),
        FilterWord::of_row(
            "nonconformity",
            "不合格记录",
            "nonconformity",
            &[("nonconformity_id", "report_no")],
        ),
    ],
};
