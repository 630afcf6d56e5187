//! What the law has against a step, as a refusal that names the article.

use crate::core::clock::day_text;
use crate::core::state::NotAllowed;
use crate::core::{Code, Problem, Text};
use crate::remediation::course::{Breach, Course};
use crate::remediation::settings::Rules;
use crate::remediation::state::{CaseState, CaseStep, allowed};

/// The refusal of a step: its code, its article, and where the state does not allow it, what is allowed.
pub fn refusal(step: CaseStep, breach: &Breach, course: &Course, rules: &Rules) -> Problem {
    let what = step.text();
    let problem = match breach {
        Breach::NotAllowed(refused) => not_allowed(step, *refused, course),
        Breach::Early { from } => {
            let from = day_text(*from);
            Problem::new(
                Code::TooEarly,
                Text::new(
                    format!("“{}”最早可在{}进行", what.zh, from.zh),
                    format!("“{}” ({step}) is allowed from {} on", what.en, from.en),
                ),
            )
        }
        Breach::Late { until } => {
            let until = day_text(*until);
            Problem::new(
                Code::TooLate,
                Text::new(
                    format!("“{}”的期限已于{}届满", what.zh, until.zh),
                    format!("the term for “{}” ({step}) ended on {}", what.en, until.en),
                ),
            )
        }
        Breach::OutOfOrder { after } => {
            let after = day_text(*after);
            Problem::field(
                "/occurred_on",
                Text::new(
                    format!("不能早于案件的上一步骤（{}）", after.zh),
                    format!("must not be before the case's step before it, on {}", after.en),
                ),
            )
        }
        Breach::Again => Problem::new(
            Code::DoneAlready,
            Text::new(
                format!("“{}”只能进行一次", what.zh),
                format!("“{}” ({step}) is done once, and was done already", what.en),
            ),
        ),
        Breach::NotReported { held_by } => Problem::new(
            Code::NotReported,
            Text::new(
                format!("复查不合格须逐级上报至省级后方可公告；目前在 {held_by}"),
                format!(
                    "a failure goes up level by level to the province, which announces it; it has reached {held_by}"
                ),
            ),
        ),
        Breach::Missing { field } => missing(field),
        Breach::SameRegion => {
            Problem::field("/region", Text::new("案件已在该地区", "the region has the case already"))
        }
    };
    problem.under(step.article(&rules.articles))
}

/// 409 `case_ended`: a case that has ended takes no further entries.
pub fn ended() -> Problem {
    Problem::new(Code::CaseEnded, Text::new("案件已结束", "the case has ended"))
}

/// 409 `case_state`: the state does not allow the step, and which it allows.
fn not_allowed(step: CaseStep, refused: NotAllowed<CaseState, CaseStep>, course: &Course) -> Problem {
    let what = step.text();
    let state = course.state.map_or_else(|| Text::new("未立案", "not opened"), |state| state.text());
    let next: Vec<_> = allowed(refused.from).into_iter().map(CaseStep::text).collect();
    let none = if next.is_empty() { Some(("无", "none")) } else { None };
    let zh: Vec<&str> = next.iter().map(|t| &*t.zh).chain(none.map(|n| n.0)).collect();
    let en: Vec<&str> = next.iter().map(|t| &*t.en).chain(none.map(|n| n.1)).collect();
    Problem::new(
        Code::CaseState,
        Text::new(
            format!("案件当前状态为“{}”，不能进行“{}”；可进行的步骤：{}", state.zh, what.zh, zh.join("、")),
            format!(
                "the case is “{}”; it does not allow “{}” ({step}) now; allowed: {}",
                state.en,
                what.en,
                en.join(", ")
            ),
        ),
    )
}

/// 422: a step lacks what it has to give.
fn missing(field: &str) -> Problem {
    let text = match field {
        "/until" => Text::new(
            "须注明停业整顿的截止日期，且晚于当日",
            "the last day of the term is needed, after the day itself",
        ),
        "/received_on" => {
            Text::new("须注明收到检验结论的日期", "the day on which the result was received is needed")
        }
        "/region" => Text::new("须注明接收地区", "the region that gets the case is needed"),
        _ => Text::new(
            "须注明原因：deregistered、revoked 或 moved_out",
            "must be deregistered, revoked or moved_out",
        ),
    };
    Problem::field(field, text)
}
