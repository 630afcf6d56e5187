//! The lists of campaigns, registers and hazards as files.

use crate::campaigns::hazard_queries::HazardView;
use crate::campaigns::imports::view::CampaignImportView;
use crate::campaigns::queries::CampaignView;
use crate::campaigns::settings::CampaignSettings;
use crate::campaigns::state::{HazardState, Theme};
use crate::campaigns::subject_queries::{CampaignSchoolView, CampaignSubjectView};
use crate::exports::{Cell, Column, FilterWord, List, Q, REGION};
use crate::programmes::words::state_word;
use crate::settings::Section;
use crate::zero_out::pages::imports::state_word as import_state_word;

/// The campaigns.
pub static CAMPAIGNS: List<CampaignView> = List {
    name: "campaigns",
    zh: "专项行动",
    en: "Campaigns",
    people: false,
    columns: &[
        Column::new("名称", "Name", |c, _| Cell::text(&c.name)),
        Column::new("主题", "Theme", |c, w| {
            let (zh, en) = c.theme.words();
            Cell::text(w.t(zh, en))
        }),
        Column::new("组织地区", "Organiser", |c, w| Cell::text(w.region(&c.organiser_region))),
        Column::new("开始日期", "From", |c, _| Cell::Date(c.period_from)),
        Column::new("结束日期", "Until", |c, _| Cell::Date(c.period_until)),
        Column::new("文号", "Document", |c, _| Cell::some(c.document_no.as_ref())),
        Column::new("状态", "State", |c, w| Cell::text(state_word(w, c.state))),
        Column::new("半径（米）", "Radius (m)", |c, _| {
            c.radius_m.map_or(Cell::Empty, |m| Cell::count(i64::from(m)))
        }),
        Column::new("规则版本", "Rules", |c, _| Cell::text(&c.rules_version)),
    ],
    filters: &[
        Q,
        REGION,
        FilterWord::new("theme", "主题", "theme", |word, w| match word.parse::<Theme>() {
            Ok(theme) => w.t(theme.words().0, theme.words().1).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("state", "状态", "state", |word, w| match word.parse() {
            Ok(state) => state_word(w, state).to_owned(),
            Err(_) => word.to_owned(),
        }),
    ],
};

/// The entries of registers.
pub static SUBJECTS: List<CampaignSubjectView> = List {
    name: "campaign-subjects",
    zh: "专项行动名录",
    en: "Registers of campaigns",
    people: false,
    columns: &[
        Column::new("名称", "Name", |s, _| Cell::text(&s.subject.name)),
        Column::new("统一社会信用代码", "Credit code", |s, _| Cell::some(s.subject.uscc.as_ref())),
        Column::new("地区", "Region", |s, w| Cell::text(w.region(&s.subject.region))),
        Column::new("地址", "Address", |s, _| Cell::some(s.subject.address.as_ref())),
        Column::new("重点产品", "Key product", |s, w| {
            Cell::some(s.subject.product.as_ref().map(|key| key_product(key, w)))
        }),
        Column::new("最近的学校", "Nearest school", |s, _| Cell::some(s.school.as_ref())),
        Column::new("距离（米）", "Distance (m)", |s, _| {
            s.subject.distance_m.map_or(Cell::Empty, |metres| Cell::count(i64::from(metres)))
        }),
        Column::new("疑似重复", "May be the same as", |s, _| Cell::some(s.double.as_ref())),
        Column::new("检查次数", "Checks", |s, _| Cell::count(s.checks)),
        Column::new("最近检查日期", "Last checked", |s, _| Cell::date(s.checked_on)),
        Column::new("检查结果", "Outcome", |s, w| {
            Cell::some(s.outcome.map(|outcome| w.t(outcome.words().0, outcome.words().1)))
        }),
        Column::new("下架产品数", "Taken off the shelf", |s, _| Cell::count(s.off_shelf)),
        Column::new("移出原因", "Why taken off", |s, _| Cell::some(s.subject.removed_reason.as_ref())),
    ],
    filters: &[
        Q,
        REGION,
        FilterWord::of_row("campaign", "专项行动", "campaign", &[("campaign_id", "campaign_id")]),
        FilterWord::new("product", "重点产品", "key product", key_product),
        FilterWord::new("checked", "已检查", "checked", yes_or_no),
        FilterWord::new("double", "疑似重复", "possible doubles", yes_or_no),
        FilterWord::new("removed", "含已移出", "with those taken off", yes_or_no),
    ],
};

/// The name of a key product by the rules that come with the platform; a key that only an office's own rules have stands as it is.
fn key_product(key: &str, w: &crate::exports::Words) -> String {
    let found = CampaignSettings::built_in().rules.iter().rev().find_map(|rules| rules.product(key));
    found.map_or_else(|| key.to_owned(), |product| w.say(&product.name).to_owned())
}

fn yes_or_no(word: &str, w: &crate::exports::Words) -> String {
    match word {
        "true" => w.t("是", "yes").to_owned(),
        "false" => w.t("否", "no").to_owned(),
        other => other.to_owned(),
    }
}

/// The schools of a campaign.
pub static SCHOOLS: List<CampaignSchoolView> = List {
    name: "campaign-schools",
    zh: "专项行动学校",
    en: "Schools of a campaign",
    people: false,
    columns: &[
        Column::new("学校", "School", |s, _| Cell::text(&s.name)),
        Column::new("地区", "Region", |s, w| Cell::text(w.region(&s.region))),
        Column::new("纬度", "Latitude", |s, _| Cell::Number(s.latitude, 6)),
        Column::new("经度", "Longitude", |s, _| Cell::Number(s.longitude, 6)),
        Column::new("告知日期", "Informed", |s, _| Cell::date(s.told_on)),
    ],
    filters: &[],
};

/// The files with entries of registers.
pub static IMPORTS: List<CampaignImportView> = List {
    name: "campaign-imports",
    zh: "专项行动名录导入记录",
    en: "Files of registers",
    people: false,
    columns: &[
        Column::new("文件", "File", |l, _| Cell::text(&l.file_name)),
        Column::new("专项行动", "Campaign", |l, _| Cell::text(&l.campaign)),
        Column::new("状态", "State", |l, w| Cell::text(import_state_word(w, l.state))),
        Column::new("仅检查", "Check only", |l, w| {
            Cell::text(if l.dry_run { w.t("是", "yes") } else { "" })
        }),
        Column::new("地区代码", "Region code", |l, _| Cell::text(&l.region)),
        Column::new("提交时间", "Asked for", |l, _| Cell::Moment(l.created_at)),
        Column::new("完成时间", "Finished", |l, _| Cell::moment(l.finished_at)),
        Column::new("行数", "Rows", |l, _| Cell::count(l.rows)),
        Column::new("新增", "New", |l, _| Cell::count(l.inserted)),
        Column::new("未变", "Same", |l, _| Cell::count(l.unchanged)),
        Column::new("拒绝", "Rejected", |l, _| Cell::count(l.to_mend())),
        Column::new("非记录行", "No records", |l, _| Cell::count(l.not_records)),
        Column::new("撤回时间", "Withdrawn", |l, _| Cell::moment(l.withdrawal.as_ref().map(|w| w.at))),
        Column::new("撤回原因", "Why withdrawn", |l, _| {
            Cell::some(l.withdrawal.as_ref().map(|w| &w.reason))
        }),
    ],
    filters: &[Q, FilterWord::of_row("campaign", "专项行动", "campaign", &[("campaign_id", "campaign")])],
};

/// The hazards.
pub static HAZARDS: List<HazardView> =
    List {
        name: "hazards",
        zh: "隐患台账",
        en: "Ledger of hazards",
        people: false,
        columns: &[
            Column::new("企业名称", "Enterprise", |h, _| Cell::text(&h.enterprise)),
            Column::new("统一社会信用代码", "Credit code", |h, _| Cell::text(&h.uscc)),
            Column::new("地区", "Region", |h, w| Cell::text(w.region(&h.hazard.region))),
            Column::new("专项行动", "Campaign", |h, _| Cell::some(h.campaign.as_ref())),
            Column::new("重点产品", "Key product", |h, w| Cell::text(key_product(&h.hazard.product, w))),
            Column::new("产品种类", "Product kind", |h, w| {
                Cell::some(h.hazard.product_kind.as_ref().map(|code| w.kind(code)))
            }),
            Column::new("隐患", "Hazard", |h, _| Cell::text(&h.hazard.item)),
            Column::new("情况", "What was seen", |h, _| Cell::text(&h.hazard.description)),
            Column::new("来源", "Known from", |h, w| {
                let (zh, en) = h.hazard.source.words();
                Cell::text(w.t(zh, en))
            }),
            Column::new("发现日期", "Found", |h, _| Cell::Date(h.hazard.found_on)),
            Column::new("状态", "State", |h, w| {
                let (zh, en) = h.hazard.state.words();
                Cell::text(w.t(zh, en))
            }),
            Column::new("整改期限", "Due", |h, _| Cell::date(h.hazard.due_on)),
            Column::new("逾期", "Overdue", |h, w| {
                if h.overdue { Cell::text(w.t("是", "yes")) } else { Cell::Empty }
            }),
            Column::new("整改日期", "Corrected", |h, _| Cell::date(h.hazard.corrected_on)),
            Column::new("核查日期", "Verified", |h, _| Cell::date(h.hazard.verified_on)),
            Column::new("销号日期", "Struck off", |h, _| Cell::date(h.hazard.closed_on)),
            Column::new("建议挂牌督办时间", "Proposed for listing", |h, _| {
                Cell::moment(h.hazard.listing_proposed_at)
            }),
        ],
        filters: &[
            Q,
            REGION,
            FilterWord::of_row("campaign", "专项行动", "campaign", &[("campaign_id", "campaign")]),
            FilterWord::of_row("enterprise", "企业", "enterprise", &[("enterprise_id", "enterprise")]),
            FilterWord::new("state", "状态", "state", |word, w| match word.parse::<HazardState>() {
                Ok(state) => w.t(state.words().0, state.words().1).to_owned(),
                Err(_) => word.to_owned(),
            }),
            FilterWord::new("product", "重点产品", "key product", key_product),
            FilterWord::new("overdue", "逾期", "overdue", yes_or_no),
        ],
    };
