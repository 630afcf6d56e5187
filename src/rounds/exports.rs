//! The lists of rounds, members and stops as files.

use crate::exports::{Cell, Column, FilterWord, List, Q, REGION};
use crate::rounds::member_queries::CircuitMemberView;
use crate::rounds::round_queries::CircuitRoundView;
use crate::rounds::stop_queries::CircuitStopView;
use crate::rounds::words::{kilometres, member_word, round_word, stage_word};

/// The members.
pub static MEMBERS: List<CircuitMemberView> = List {
    name: "circuit-members",
    zh: "巡回问诊企业",
    en: "Members of circuit consultation",
    people: true,
    columns: &[
        Column::new("计划", "Programme", |m, _| Cell::text(&m.programme_name)),
        Column::new("企业名称", "Enterprise", |m, _| Cell::text(&m.enterprise_name)),
        Column::new("统一社会信用代码", "Credit code", |m, _| Cell::text(&m.uscc)),
        Column::new("地区代码", "Region code", |m, _| Cell::text(&m.member.region)),
        Column::new("地区", "Region", |m, w| Cell::text(w.region(&m.member.region))),
        Column::new("地址", "Address", |m, _| Cell::some(m.address.as_ref())),
        Column::new("专家", "Expert", |m, _| Cell::some(m.expert_name.as_ref())),
        Column::new("轮次", "Round", |m, _| {
            m.round.as_ref().map_or(Cell::Empty, |round| Cell::count(round.no))
        }),
        Column::new("安排日期", "On a route on", |m, _| Cell::date(m.visit_on)),
        Column::new("阶段", "Stage", |m, w| Cell::text(stage_word(w, m.member.stage))),
        Column::new("阶段起始时间", "Stage since", |m, _| Cell::Moment(m.member.stage_at)),
        Column::new("对象状态", "State", |m, w| Cell::text(member_word(w, m.member.state))),
        Column::new("原因", "Reason", |m, _| Cell::some(m.member.end_reason.as_ref())),
        Column::new("首次联系时间", "Reached", |m, _| Cell::moment(m.member.reached_at)),
        Column::new("首次上门时间", "Visited", |m, _| Cell::moment(m.member.visited_at)),
        Column::new("清零时间", "Cleared", |m, _| Cell::moment(m.member.cleared_at)),
        Column::new("列入时间", "Added", |m, _| Cell::Moment(m.member.added_at)),
    ],
    filters: &[
        Q,
        REGION,
        FilterWord::of_row("programme", "计划", "programme", &[("programme_id", "programme_name")]),
        FilterWord::of_row("round", "轮次", "round", &[("id", "name")]),
        FilterWord::new("in_round", "已安排轮次", "in a round", |word, w| {
            w.yes(word == "true").to_owned()
        }),
        FilterWord::new("stage", "阶段", "stage", |word, w| match word.parse() {
            Ok(stage) => stage_word(w, stage).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("state", "对象状态", "state", |word, w| match word.parse() {
            Ok(state) => member_word(w, state).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::of_row("expert", "专家", "expert", &[("expert_id", "expert_name")]),
        FilterWord::of_row("enterprise", "企业", "enterprise", &[("enterprise_id", "enterprise_name")]),
        FilterWord::new("reached", "已联系", "reached", |word, w| w.yes(word == "true").to_owned()),
    ],
};

/// The rounds.
pub static ROUNDS: List<CircuitRoundView> = List {
    name: "circuit-rounds",
    zh: "巡回轮次",
    en: "Rounds of circuit consultation",
    people: false,
    columns: &[
        Column::new("计划", "Programme", |r, _| Cell::text(&r.programme_name)),
        Column::new("轮次", "Round", |r, _| Cell::count(r.round.no)),
        Column::new("地区代码", "Region code", |r, _| Cell::text(&r.round.region)),
        Column::new("地区", "Region", |r, w| Cell::text(w.region(&r.round.region))),
        Column::new("开始日期", "From", |r, _| Cell::date(Some(r.round.starts_on))),
        Column::new("结束日期", "Until", |r, _| Cell::date(Some(r.round.ends_on))),
        Column::new("状态", "State", |r, w| Cell::text(round_word(w, r.round.state))),
        Column::new("企业数", "Enterprises", |r, _| Cell::count(r.members)),
        Column::new("已联系企业数", "Reached", |r, _| Cell::count(r.reached)),
        Column::new("已上门企业数", "Visited", |r, _| Cell::count(r.visited)),
        Column::new("已清零企业数", "Cleared", |r, _| Cell::count(r.cleared)),
        Column::new("专家数", "Experts", |r, _| Cell::count(r.experts)),
        Column::new("路线总长（公里）", "Length of the routes (km)", |r, _| {
            r.round.route_metres.map_or(Cell::Empty, |metres| Cell::text(kilometres(metres)))
        }),
        Column::new("按就近顺序总长（公里）", "By the nearest place (km)", |r, _| {
            r.round.nearest_metres.map_or(Cell::Empty, |metres| Cell::text(kilometres(metres)))
        }),
        Column::new("备注", "Note", |r, _| Cell::some(r.round.note.as_ref())),
    ],
    filters: &[
        Q,
        REGION,
        FilterWord::of_row("programme", "计划", "programme", &[("programme_id", "programme_name")]),
        FilterWord::new("state", "状态", "state", |word, w| match word.parse() {
            Ok(state) => round_word(w, state).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("on", "日期", "on", |day, _| day.to_owned()),
    ],
};

/// The stops of a round.
pub static STOPS: List<CircuitStopView> = List {
    name: "circuit-stops",
    zh: "巡回路线",
    en: "Routes of a round",
    people: true,
    columns: &[
        Column::new("专家", "Expert", |s, _| Cell::text(&s.expert_name)),
        Column::new("日期", "Day", |s, _| Cell::date(Some(s.on_day))),
        Column::new("顺序", "Order", |s, _| Cell::count(s.ordinal)),
        Column::new("企业名称", "Enterprise", |s, _| Cell::text(&s.enterprise_name)),
        Column::new("地区", "Region", |s, w| Cell::text(w.region(&s.region))),
        Column::new("地址", "Address", |s, _| Cell::some(s.address.as_ref())),
        Column::new("距上一站（公里）", "From the stop before (km)", |s, _| {
            Cell::text(kilometres(i64::from(s.metres)))
        }),
        Column::new("阶段", "Stage", |s, w| Cell::text(stage_word(w, s.stage))),
    ],
    filters: &[
        FilterWord::of_row("expert", "专家", "expert", &[("expert_id", "expert_name")]),
        FilterWord::new("day", "日期", "day", |day, _| day.to_owned()),
    ],
};
