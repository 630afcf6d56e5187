//! The lists of credit as files.

use crate::conduct::words::Grade;
use crate::core::Text;
use crate::credit::honours::{HonourView, list_text};
use crate::credit::measures::view::TaskView;
use crate::credit::queries::CreditView;
use crate::credit::statement::points;
use crate::credit::words::TaskState;
use crate::exports::{Cell, Column, FilterWord, List, Q, REGION, Words};
use crate::inspections::words::InspectedRole;
use crate::programmes::regimes::queries::regime_text;

/// A word of a filter by its text.
fn word<T: std::str::FromStr>(word: &str, words: &Words, text: fn(T) -> Text) -> String {
    word.parse::<T>().map_or_else(|_| word.to_owned(), |known| words.say(&text(known)).to_owned())
}

fn grade(words: &Words, grade: Option<Grade>) -> Cell {
    grade.map_or(Cell::Empty, |grade| Cell::text(words.say(&grade.text())))
}

const GRADE: FilterWord =
    FilterWord::new("grade", "信用等级", "grade", |text, w| word(text, w, Grade::text));
const ROLE: FilterWord =
    FilterWord::new("role", "环节", "role", |text, w| word(text, w, InspectedRole::text));
const AS_OF: FilterWord = FilterWord::new("as_of", "日期", "as of", |day, _| day.to_owned());

/// The operators with their grades.
pub static CREDIT: List<CreditView> = List {
    name: "credit",
    zh: "信用分级名单",
    en: "Credit grades",
    people: false,
    columns: &[
        Column::new("经营者", "Operator", |c, _| Cell::text(&c.enterprise_name)),
        Column::new("统一社会信用代码", "Credit code", |c, _| Cell::text(&c.uscc)),
        Column::new("地区代码", "Region code", |c, _| Cell::text(&c.region)),
        Column::new("地区", "Region", |c, w| Cell::text(w.region(&c.region))),
        Column::new("环节", "Role", |c, w| Cell::text(w.say(&c.role.text()))),
        Column::new("监管类别", "Supervision class", |c, w| {
            c.class.map_or(Cell::Empty, |class| Cell::text(w.say(&regime_text(class))))
        }),
        Column::new("信用等级", "Grade", |c, w| grade(w, c.grade)),
        Column::new("是否试行", "On trial", |c, w| Cell::text(w.yes(c.trial))),
        Column::new("记分", "Points", |c, _| Cell::text(points(c.score))),
        Column::new("等级起始日期", "Since", |c, _| Cell::date(c.since)),
        Column::new("异议处理中", "Under objection", |c, w| {
            c.under_objection.map_or(Cell::Empty, |yes| Cell::text(w.yes(yes)))
        }),
        Column::new("修复审核中", "Repair pending", |c, w| {
            c.repair_pending.map_or(Cell::Empty, |yes| Cell::text(w.yes(yes)))
        }),
        Column::new("预计等级", "Coming grade", |c, w| grade(w, c.next_grade)),
        Column::new("预计日期", "Coming from", |c, _| Cell::date(c.next_grade_on)),
        Column::new("截至日期", "As of", |c, _| Cell::Date(c.as_of)),
    ],
    filters: &[
        Q,
        REGION,
        GRADE,
        ROLE,
        AS_OF,
        FilterWord::new("class", "监管类别", "supervision class", |text, w| word(text, w, regime_text)),
        FilterWord::new("objection", "异议处理中", "under objection", |text, w| {
            w.yes(text == "true").to_owned()
        }),
        FilterWord::new("repair", "修复审核中", "repair pending", |text, w| {
            w.yes(text == "true").to_owned()
        }),
        FilterWord::new("coming", "等级将自行变化", "grade changes by itself", |text, w| {
            w.yes(text == "true").to_owned()
        }),
    ],
};

/// The tasks of measures.
pub static TASKS: List<TaskView> = List {
    name: "credit-tasks",
    zh: "信用监管任务",
    en: "Tasks of credit supervision",
    people: true,
    columns: &[
        Column::new("经营者", "Operator", |t, _| Cell::text(&t.enterprise_name)),
        Column::new("统一社会信用代码", "Credit code", |t, _| Cell::text(&t.uscc)),
        Column::new("地区代码", "Region code", |t, _| Cell::text(&t.region)),
        Column::new("地区", "Region", |t, w| Cell::text(w.region(&t.region))),
        Column::new("环节", "Role", |t, w| Cell::text(w.say(&t.role.text()))),
        Column::new("信用等级", "Grade", |t, w| Cell::text(w.say(&t.grade.text()))),
        Column::new("是否试行", "On trial", |t, w| Cell::text(w.yes(t.trial))),
        Column::new("监管措施", "Measure", |t, w| Cell::text(w.say(&t.text))),
        Column::new("期限", "Due", |t, _| Cell::Date(t.due_on)),
        Column::new("状态", "State", |t, w| Cell::text(w.say(&t.state.text()))),
        Column::new("是否逾期", "Late", |t, w| Cell::text(w.yes(t.late))),
        Column::new("办理日期", "Done on", |t, _| Cell::date(t.done_on)),
        Column::new("办理人", "Done by", |t, _| Cell::some(t.done_by.as_ref())),
        Column::new("办理情况", "Note", |t, _| Cell::some(t.note.as_ref())),
    ],
    filters: &[
        Q,
        REGION,
        FilterWord::new("state", "状态", "state", |text, w| word(text, w, TaskState::text)),
        FilterWord::new("late", "逾期", "late", |text, w| w.yes(text == "true").to_owned()),
        FilterWord::of_row("enterprise", "经营者", "operator", &[("enterprise_id", "enterprise_name")]),
    ],
};

/// The honour lists.
pub static HONOURS: List<HonourView> = List {
    name: "credit-honours",
    zh: "连续合格名单",
    en: "Operators without a failed sampling",
    people: false,
    columns: &[
        Column::new("经营者", "Operator", |h, _| Cell::text(&h.enterprise_name)),
        Column::new("统一社会信用代码", "Credit code", |h, _| Cell::text(&h.uscc)),
        Column::new("地区代码", "Region code", |h, _| Cell::text(&h.region)),
        Column::new("地区", "Region", |h, w| Cell::text(w.region(&h.region))),
        Column::new("名单", "List", |h, w| Cell::text(w.say(&list_text(h.years)))),
        Column::new("期间抽查批次", "Samplings in that time", |h, _| Cell::count(h.samplings)),
        Column::new("首次抽查日期", "First sampled on", |h, _| Cell::Date(h.first_on)),
        Column::new("最近抽查日期", "Last sampled on", |h, _| Cell::Date(h.last_on)),
        Column::new("最近不合格日期", "Last failed on", |h, _| Cell::date(h.failed_on)),
        Column::new("截至日期", "As of", |h, _| Cell::Date(h.as_of)),
    ],
    filters: &[
        Q,
        REGION,
        AS_OF,
        FilterWord::new("years", "名单", "list", |text, w| {
            text.parse().map_or_else(|_| text.to_owned(), |years| w.say(&list_text(years)).to_owned())
        }),
    ],
};
