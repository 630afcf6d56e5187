//! The demo people with log-ins that are shown, but for the enterprises: staff and experts.

use super::certificates::hand_in;
use super::tables::ApplyForDemo;
use crate::accounts::settings::AuthSettings;
use crate::accounts::staff::CreateStaff;
use crate::accounts::store::replace_password_hash;
use crate::accounts::{NewPassword, password};
use crate::app::App;
use crate::core::actor::Role;
use crate::core::secret::random_token;
use crate::core::{Caller, Language, Problem};
use crate::experts::ApproveExpert;
use crate::experts::application::{ApplyAsExpert, Specialty};

/// The password of all demo people. There are none in production.
pub(super) const PASSWORD: &str = "zerodesk-demo";

/// Admins and operators: username, name, role, region.
pub(super) const STAFF: [(&str, &str, Role, Option<&str>); 4] = [
    ("operator", "平台运营", Role::Operator, None),
    ("admin-guangdong", "省局 周敏", Role::Admin, Some("440000")),
    ("admin-review", "省局 林涛", Role::Admin, Some("440000")),
    ("admin-guangzhou", "广州市局 何强", Role::Admin, Some("440100")),
];

/// Experts: username, name, title, class of products, whether approved.
pub(super) const EXPERTS: [(&str, &str, &str, &str, bool); 4] = [
    ("expert-chen", "陈志明", "电线电缆高级工程师", "电线电缆", true),
    ("expert-li", "李慧", "玩具与儿童用品高级工程师", "儿童玩具", true),
    ("expert-huang", "黄建国", "燃气具高级工程师", "燃气灶具", true),
    ("expert-wu", "吴晓", "家具检验工程师", "家具", false),
];

/// The mail address of someone.
pub(super) fn address(username: &str) -> String {
    format!("{username}@example.com")
}

/// Creates the staff, and the experts who are approved.
pub(super) fn create(app: &App) -> Result<(), Problem> {
    let system = Caller::system();
    for (username, name, role, region) in STAFF {
        let create = CreateStaff {
            username: username.to_owned(),
            // What is shown to everybody may not be chosen; it takes the place of this one below.
            password: NewPassword::hashed(random_token()?, app)?,
            name: name.to_owned(),
            email: Some(address(username)),
            role,
            region: region.map(str::to_owned),
            language: Language::Zh,
        };
        let id = app.execute(&system, &create)?.id;
        let hash = password::hash(PASSWORD, app.settings().section::<AuthSettings>())?;
        replace_password_hash(&mut *app.conn()?, id, &hash)?;
    }
    experts(app, true)
}

/// The experts who wait for their vetting.
pub(super) fn applicants(app: &App) -> Result<(), Problem> {
    experts(app, false)
}

fn experts(app: &App, wanted: bool) -> Result<(), Problem> {
    let system = Caller::system();
    let products = &app.catalogue().products;
    for (username, name, title, kind, approved) in EXPERTS.into_iter().filter(|e| e.4 == wanted) {
        let class = products.kind(kind).map(|kind| kind.class.clone());
        let class = class.or_else(|| products.class(kind).map(|class| class.code.clone()));
        let base = application(app, username, name, title, &class.unwrap_or_default(), "440000", 5);
        // Who still waits is of no product hospital, so that officers see an employer, too.
        let told = |words: &str| (!approved).then(|| words.to_owned());
        let apply = ApplyAsExpert {
            languages: vec![Language::Zh, Language::En],
            hospital: base.hospital.clone().filter(|_| approved),
            employer: told("岭南家居质量技术服务有限公司"),
            post: told("检测室主任"),
            qualifications: told("从事家具检验十二年，持有家具检验高级工证书"),
            ..base
        };
        let id = app.execute(&system, &apply_as(app, username, apply)?)?;
        hand_in(app, id, name, title)?;
        if approved {
            app.execute(&system, &ApproveExpert { id, specialties: None })?;
        }
    }
    Ok(())
}

/// The application of an expert for a class of products.
pub(super) fn application(
    app: &App,
    username: &str,
    name: &str,
    title: &str,
    class: &str,
    region: &str,
    capacity: i32,
) -> ApplyAsExpert {
    ApplyAsExpert {
        name: name.to_owned(),
        title: title.to_owned(),
        hospital: app.catalogue().products.hospitals().next().map(|h| h.code.clone()),
        email: address(username),
        phone: None,
        languages: vec![Language::Zh],
        language: Language::Zh,
        capacity,
        regions: vec![region.to_owned()],
        specialties: vec![Specialty {
            product_kind: None,
            product_class: Some(class.to_owned()),
            level: 3,
            items: Vec::new(),
        }],
        conflicts: Vec::new(),
        employer: None,
        post: None,
        qualifications: None,
        signed_reports: Vec::new(),
        network: String::new(),
    }
}

/// The application under a name to log in with.
pub(super) fn apply_as(
    app: &App,
    username: &str,
    application: ApplyAsExpert,
) -> Result<ApplyForDemo, Problem> {
    let hash = password::hash(PASSWORD, app.settings().section::<AuthSettings>())?;
    Ok(ApplyForDemo { application, username: username.to_owned(), hash })
}
