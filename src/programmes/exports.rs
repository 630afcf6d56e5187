//! The lists of programmes as files.

use crate::exports::{Cell, Column, FilterWord, List, Q, REGION};
use crate::programmes::draw::queries::{DrawView, DrawnView};
use crate::programmes::laboratories::queries::LaboratoryView;
use crate::programmes::licences::queries::LicenceView;
use crate::programmes::queries::ProgrammeView;
use crate::programmes::regimes::queries::{KindRegimeView, regime_text};
use crate::programmes::target_queries::TargetView;
use crate::programmes::words::{kind_word, level_of_kind, level_word, product, role_word, state_word};

/// The programmes.
pub static PROGRAMMES: List<ProgrammeView> = List {
    name: "programmes",
    zh: "计划",
    en: "Programmes",
    people: true,
    columns: &[
        Column::new("计划名称", "Name", |p, _| Cell::text(&p.programme.name)),
        Column::new("类型", "Kind", |p, w| Cell::text(kind_word(w, p.programme.kind))),
        Column::new("文号", "Document", |p, _| Cell::some(p.programme.document_no.as_ref())),
        Column::new("级别", "Level", |p, w| {
            Cell::text(level_of_kind(w, p.programme.kind, p.programme.level))
        }),
        Column::new("组织地区", "Organiser", |p, w| Cell::text(w.region(&p.programme.organiser_region))),
        Column::new("开始日期", "From", |p, _| Cell::date(Some(p.programme.period_from))),
        Column::new("结束日期", "Until", |p, _| Cell::date(Some(p.programme.period_until))),
        Column::new("状态", "State", |p, w| Cell::text(state_word(w, p.programme.state))),
        Column::new("任务数", "Targets", |p, _| Cell::count(p.progress.targets)),
        Column::new("计划样品数", "Samples planned", |p, _| Cell::count(p.progress.samples)),
        Column::new("已抽样品数", "Samples taken", |p, _| Cell::count(p.progress.taken)),
        Column::new("已有结果样品数", "Samples with a final result", |p, _| {
            Cell::count(p.progress.finished)
        }),
        Column::new("逾期任务数", "Late targets", |p, _| Cell::count(p.progress.late)),
        Column::new("起草人", "Written by", |p, _| Cell::text(&p.created_by)),
        Column::new("批准人", "Approved by", |p, _| Cell::some(p.approved_by.as_ref())),
        Column::new("批准时间", "Approved", |p, _| Cell::moment(p.programme.approved_at)),
    ],
    filters: &[
        Q,
        REGION,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse() {
            Ok(state) => state_word(w, state).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("level", "抽查级别", "level", |word, w| match word.parse() {
            Ok(level) => level_word(w, level).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("kind", "类型", "kind", |word, w| match word.parse() {
            Ok(kind) => kind_word(w, kind).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("late", "有逾期任务", "with late targets", |word, w| {
            w.yes(word == "true").to_owned()
        }),
    ],
};

/// The targets of a programme.
pub static TARGETS: List<TargetView> = List {
    name: "programme-targets",
    zh: "抽查任务",
    en: "Targets",
    people: false,
    columns: &[
        Column::new("地区代码", "Region code", |t, _| Cell::text(&t.target.region)),
        Column::new("地区", "Region", |t, w| Cell::text(w.region(&t.target.region))),
        Column::new("产品", "Product", |t, w| {
            let (kind, class) = (t.target.product_kind.as_deref(), t.target.product_class.as_deref());
            Cell::text(product(w, w.catalogue(), kind, class))
        }),
        Column::new("环节", "Role", |t, w| Cell::text(role_word(w, t.target.role))),
        Column::new("样品数", "Samples", |t, _| Cell::count(t.target.samples)),
        Column::new("经营者数", "Operators", |t, _| t.target.operators.map_or(Cell::Empty, Cell::count)),
        Column::new("承检机构", "Laboratory", |t, _| Cell::some(t.laboratory.as_ref())),
        Column::new("抽样机构", "Sampler", |t, _| Cell::some(t.sampler.as_ref())),
        Column::new("完成期限", "Due", |t, _| Cell::date(Some(t.target.due_on))),
        Column::new("已抽样品数", "Taken", |t, _| Cell::count(t.target.taken)),
        Column::new("已有结果样品数", "With a final result", |t, _| Cell::count(t.target.finished)),
        Column::new("是否逾期", "Late", |t, w| Cell::text(w.yes(t.late))),
    ],
    filters: &[Q, FilterWord::new("late", "逾期", "late", |word, w| w.yes(word == "true").to_owned())],
};

/// The draws of a programme.
pub static DRAWS: List<DrawView> = List {
    name: "programme-draws",
    zh: "抽取记录",
    en: "Draws",
    people: true,
    columns: &[
        Column::new("抽取编号", "Id", |d, _| Cell::text(d.id.to_string())),
        Column::new("任务编号", "Id of the target", |d, _| Cell::text(d.target_id.to_string())),
        Column::new("次序", "Number", |d, _| Cell::count(d.ordinal)),
        Column::new("是否有效", "In force", |d, w| Cell::text(w.yes(d.in_force))),
        Column::new("抽样框行数", "Rows of the frame", |d, _| Cell::count(d.frame.rows)),
        Column::new("抽样框 SHA-256", "SHA-256 of the frame", |d, _| Cell::text(&d.frame.sha256)),
        Column::new("种子", "Seed", |d, _| Cell::text(&d.seed)),
        Column::new("公开事件", "Public event", |d, _| Cell::some(d.seed_event.as_ref())),
        Column::new("权重版本", "Version of the weights", |d, _| Cell::text(&d.weights_version)),
        Column::new("抽取家数", "Drawn", |d, _| Cell::count(d.drawn)),
        Column::new("重新抽取原因", "Why drawn again", |d, _| Cell::some(d.reason.as_ref())),
        Column::new("抽取人", "Drawn by", |d, _| Cell::text(&d.drawn_by)),
        Column::new("抽取时间", "Drawn at", |d, _| Cell::Moment(d.drawn_at)),
    ],
    filters: &[],
};

/// The operators that were drawn.
pub static DRAWN: List<DrawnView> = List {
    name: "drawn-operators",
    zh: "抽中的经营者",
    en: "Operators drawn",
    people: false,
    columns: &[
        Column::new("序号", "Number", |o, _| Cell::count(o.ordinal)),
        Column::new("经营者", "Operator", |o, _| Cell::text(&o.name)),
        Column::new("统一社会信用代码", "Credit code", |o, _| Cell::text(&o.uscc)),
        Column::new("地区代码", "Region code", |o, _| Cell::text(&o.region)),
        Column::new("地区", "Region", |o, w| Cell::text(w.region(&o.region))),
        Column::new("环节", "Role", |o, w| Cell::text(role_word(w, o.role))),
        Column::new("产品种类", "Product", |o, w| Cell::text(w.kind(&o.product_kind))),
        Column::new("承检机构", "Laboratory", |o, _| Cell::some(o.laboratory.as_ref())),
        Column::new("抽样框行编号", "Row of the frame", |o, _| Cell::text(&o.row_id)),
    ],
    filters: &[Q],
};

/// The laboratories.
pub static LABORATORIES: List<LaboratoryView> = List {
    name: "laboratories",
    zh: "承检和抽样机构",
    en: "Laboratories",
    people: false,
    columns: &[
        Column::new("机构名称", "Name", |l, _| Cell::text(&l.name)),
        Column::new("所在地区", "Seat", |l, w| Cell::text(w.region(&l.region))),
        Column::new("检验范围", "Products", |l, w| {
            let names = l
                .products
                .iter()
                .map(|code| if code.starts_with('C') { w.class(code) } else { w.kind(code) });
            Cell::text(w.joined(names))
        }),
        Column::new("服务地区", "Serves", |l, w| {
            Cell::text(w.joined(l.serves.iter().map(|code| w.region(code))))
        }),
        Column::new("每月检验能力", "Samples a month", |l, _| Cell::count(l.capacity)),
        Column::new("承担抽样", "Takes samples", |l, w| Cell::text(w.yes(l.takes_samples))),
        Column::new("回避的经营者", "Must not test", |l, w| Cell::text(w.joined(&l.excluded_usccs))),
        Column::new("所属产品医院代码", "Code of the product hospital", |l, _| {
            Cell::some(l.hospital.as_ref())
        }),
        Column::new("所属产品医院", "Product hospital", |l, w| {
            Cell::some(l.hospital.as_ref().map(|code| w.hospital(code)))
        }),
        Column::new("是否启用", "Active", |l, w| Cell::text(w.yes(l.active))),
    ],
    filters: &[Q, FilterWord::new("active", "启用", "active", |word, w| w.yes(word == "true").to_owned())],
};

/// The register of licensed producers.
pub static LICENCES: List<LicenceView> = List {
    name: "production-licences",
    zh: "获证企业",
    en: "Licensed producers",
    people: false,
    columns: &[
        Column::new("许可证编号", "Licence", |l, _| Cell::text(&l.licence_no)),
        Column::new("统一社会信用代码", "Credit code", |l, _| Cell::text(&l.uscc)),
        Column::new("企业名称", "Producer", |l, _| Cell::text(&l.name)),
        Column::new("地区代码", "Region code", |l, _| Cell::text(&l.region)),
        Column::new("地区", "Region", |l, w| Cell::text(w.region(&l.region))),
        Column::new("产品种类代码", "Kind code", |l, _| Cell::text(&l.product_kind)),
        Column::new("产品种类", "Product kind", |l, w| Cell::text(w.kind(&l.product_kind))),
        Column::new("起始日期", "Valid from", |l, _| Cell::date(Some(l.valid_from))),
        Column::new("截止日期", "Valid until", |l, _| Cell::date(l.valid_until)),
        Column::new("失效日期", "Revoked from", |l, _| Cell::date(l.revoked_on)),
        Column::new("失效原因", "Why revoked", |l, _| Cell::some(l.revoke_reason.as_ref())),
    ],
    filters: &[Q, FilterWord::new("product_kind", "产品种类", "product kind", |code, w| w.kind(code))],
};

/// The product kinds with their regimes.
pub static REGIMES: List<KindRegimeView> = List {
    name: "regimes",
    zh: "产品分类监管",
    en: "Regimes of product kinds",
    people: false,
    columns: &[
        Column::new("产品种类代码", "Kind code", |k, _| Cell::text(&k.product_kind)),
        Column::new("产品种类", "Product kind", |k, w| Cell::text(w.kind(&k.product_kind))),
        Column::new("产品类别", "Product class", |k, w| Cell::text(w.class(&k.product_class))),
        Column::new("监管类别", "Regime", |k, w| Cell::text(w.say(&regime_text(k.regime)))),
        Column::new("起始日期", "Since", |k, _| Cell::date(k.since)),
        Column::new("权重（千分）", "Weight in thousandths", |k, _| Cell::count(k.means.weight)),
        Column::new("抽查频次（月）", "Sampled every (months)", |k, _| {
            Cell::count(k.means.every_months)
        }),
        Column::new("抽样须录像", "Recording required", |k, w| Cell::text(w.yes(k.means.recording))),
        Column::new("跟踪抽查（月内）", "Follow-up within (months)", |k, _| {
            Cell::count(k.means.follow_up_months)
        }),
        Column::new("研判周期（月）", "Review every (months)", |k, _| {
            Cell::count(k.means.review_months)
        }),
        Column::new("最近研判日期", "Reviewed", |k, _| Cell::date(k.reviewed_on)),
        Column::new("下次研判期限", "Review due", |k, _| Cell::date(k.review_due)),
        Column::new("研判是否逾期", "Review late", |k, w| Cell::text(w.yes(k.late))),
    ],
    filters: &[
        Q,
        FilterWord::new("regime", "监管类别", "regime", |word, w| match word.parse() {
            Ok(regime) => w.say(&regime_text(regime)).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("late", "研判逾期", "review late", |word, w| w.yes(word == "true").to_owned()),
        FilterWord::new("as_of", "日期", "as of", |day, _| day.to_owned()),
    ],
};
