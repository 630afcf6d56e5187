//! Trainings and their attendees as files.

use crate::engagements::commitments::exports::STATE;
use crate::engagements::training::queries::{AttendeeView, TrainingView};
use crate::exports::{Cell, Column, FilterWord, List, Q, REGION};

/// The trainings.
pub static TRAININGS: List<TrainingView> = List {
    name: "trainings",
    zh: "质量培训",
    en: "Trainings",
    people: false,
    columns: &[
        Column::new("培训主题", "Topic", |t, _| Cell::text(&t.topic)),
        Column::new("地区", "Region", |t, w| Cell::text(w.region(&t.region))),
        Column::new("产品种类", "Product kinds", |t, w| {
            let kinds: Vec<String> = t.product_kinds.iter().map(|kind| w.kind(kind).to_owned()).collect();
            Cell::text(kinds.join(w.t("、", ", ")))
        }),
        Column::new("状态", "State", |t, w| Cell::text(t.state.text().get(w.language))),
        Column::new("日期", "Day", |t, _| Cell::date(Some(t.on_day))),
        Column::new("开始时间", "Begins", |t, _| Cell::Moment(t.starts_at)),
        Column::new("结束时间", "Ends", |t, _| Cell::Moment(t.ends_at)),
        Column::new("地点", "Place", |t, _| Cell::some(t.place.as_ref())),
        Column::new("线上地址", "On line", |t, _| Cell::some(t.online_url.as_ref())),
        Column::new("邀请企业数", "Enterprises invited", |t, _| Cell::count(t.invited)),
        Column::new("参训企业数", "Enterprises that came", |t, _| Cell::count(t.attended)),
    ],
    filters: &[
        Q,
        REGION,
        STATE,
        FilterWord::of_row("enterprise", "企业", "enterprise", &[]),
        FilterWord::of_row("programme", "计划", "programme", &[]),
        FilterWord::new("from", "起始日期", "from", |day, _| day.to_owned()),
        FilterWord::new("until", "截止日期", "until", |day, _| day.to_owned()),
    ],
};

/// Who is invited to a training and who came, by enterprise.
pub static ATTENDEES: List<AttendeeView> = List {
    name: "training-attendees",
    zh: "参训企业",
    en: "Attendees",
    people: false,
    columns: &[
        Column::new("企业名称", "Enterprise", |a, _| Cell::text(&a.enterprise_name)),
        Column::new("统一社会信用代码", "Credit code", |a, _| Cell::text(&a.uscc)),
        Column::new("是否受邀", "Invited", |a, w| {
            Cell::text(if a.row.invited { w.t("是", "yes") } else { w.t("否", "no") })
        }),
        Column::new("是否在计划名单外", "Outside the cohort", |a, w| {
            Cell::text(if a.row.outside_cohort { w.t("是", "yes") } else { w.t("否", "no") })
        }),
        Column::new("签到时间", "Attendance", |a, _| Cell::moment(a.row.attended_at)),
        Column::new("签到方式", "Marked", |a, w| {
            Cell::text(match (a.row.attended_at, a.row.by_code) {
                (None, _) => "",
                (Some(_), true) => w.t("扫码", "by the code"),
                (Some(_), false) => w.t("人工登记", "by hand"),
            })
        }),
        Column::new("人工登记原因", "Reason", |a, _| Cell::some(a.row.reason.as_ref())),
        Column::new("测验成绩", "Quiz", |a, _| Cell::some(a.row.quiz.map(|result| result.to_string()))),
    ],
    filters: &[
        Q,
        FilterWord::new("attended", "是否到场", "attended", |word, w| {
            match word {
                "true" => w.t("已到场", "came"),
                _ => w.t("未到场", "did not come"),
            }
            .to_owned()
        }),
    ],
};
