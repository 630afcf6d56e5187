//! The keys of an officer's region.

use askama::Template;

use crate::api_keys::queries::{self, ApiKeyView, KeyState};
use crate::api_keys::settings::ApiKeySettings;
use crate::core::Text;
use crate::core::actor::Actor;
use crate::core::key_scope::KeyScope;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "api_keys/api_keys.html")]
struct KeysPage {
    f: Frame,
    asked: QueryParams,
    /// Each with the place of its region.
    keys: Vec<(ApiKeyView, String)>,
    pager: Pager,
    regions: Vec<Choice>,
    default_days: u32,
    longest_days: u32,
}

/// The list, with the form for another one.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (actor, now) = (Actor::Person(person), app.clock().now());
        let conn = &mut *app.snapshot()?;
        let page = queries::list(conn, &actor, asked.get("q"), frame.slice(&asked)?, now)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, asked.get("q")))?;
        let catalogue = app.catalogue();
        let settings = app.settings().section::<ApiKeySettings>();
        let placed = |view: ApiKeyView| {
            let place = choices::region(frame.language, catalogue, &view.region);
            (view, place)
        };
        Ok(KeysPage {
            keys: page.items.into_iter().map(placed).collect(),
            pager,
            regions: choices::regions(frame.language, &actor, catalogue),
            default_days: settings.default_days,
            longest_days: settings.longest_days,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// How a key stands, in words.
pub fn state_word(f: &Frame, state: KeyState) -> &'static str {
    match state {
        KeyState::Good => f.t("有效", "good"),
        KeyState::Resting => {
            f.t("暂停（创建人已无权查看该地区）", "rests: its officer may not see the region")
        }
        KeyState::Expired => f.t("已过期", "expired"),
        KeyState::Revoked => f.t("已撤销", "revoked"),
    }
}

impl KeysPage {
    fn scopes(&self) -> Vec<(usize, KeyScope, Text)> {
        KeyScope::ALL.iter().enumerate().map(|(at, scope)| (at, *scope, scope.text())).collect()
    }

    fn word(&self, key: &ApiKeyView) -> &'static str {
        state_word(&self.f, key.state)
    }

    fn tone(&self, key: &ApiKeyView) -> &'static str {
        match key.state {
            KeyState::Good => "good",
            KeyState::Resting => "warn",
            KeyState::Expired | KeyState::Revoked => "none",
        }
    }

    fn ended(&self, key: &ApiKeyView) -> bool {
        key.revoked_at.is_some()
    }
}
