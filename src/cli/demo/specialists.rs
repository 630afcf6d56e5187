//! The experts of the past year.

use super::certificates::hand_in;
use super::people::{application, apply_as};
use super::tables::caller;
use crate::app::App;
use crate::core::{Caller, Problem};
use crate::experts::ApproveExpert;
use crate::experts::rota::{Duty, DutyShift, SetDuty};

/// Username, name, title, class, city, capacity.
const SPECIALISTS: [(&str, &str, &str, &str, &str, i32); 8] = [
    ("expert-wang", "王丽娟", "照明电器高级工程师", "C22", "440300", 8),
    ("expert-zhou", "周国平", "电器附件正高级工程师", "C23", "440600", 6),
    ("expert-lin", "林海燕", "家具检验高级工程师", "C10", "440000", 6),
    ("expert-he", "何伟强", "厨房电器高级工程师", "C25", "442000", 5),
    ("expert-xu", "许晓彤", "纺织品高级工程师", "C42", "440000", 5),
    ("expert-deng", "邓建华", "食品接触材料高级工程师", "C38", "440000", 5),
    ("expert-luo", "罗文静", "玩具安全工程师", "C06", "440500", 4),
    ("expert-peng", "彭志刚", "电线电缆工程师", "C03", "440000", 4),
];

/// Has them approved, with duty rotas for some.
pub(super) fn create(app: &App) -> Result<(), Problem> {
    let system = Caller::system();
    for (username, name, title, class, region, capacity) in SPECIALISTS {
        let applies = application(app, username, name, title, class, region, capacity);
        let id = app.execute(&system, &apply_as(app, username, applies)?)?;
        hand_in(app, id, name, title)?;
        app.execute(&system, &ApproveExpert { id, specialties: None })?;
    }
    let rota = |weekdays: &[i32], from: &str, to: &str| Duty {
        shifts: vec![DutyShift {
            weekdays: weekdays.to_vec(),
            from: from.to_owned(),
            to: to.to_owned(),
            holidays: false,
        }],
    };
    for (username, duty) in [
        ("expert-lin", rota(&[1, 2, 3, 4, 5], "08:30", "17:30")),
        ("expert-he", rota(&[1, 3, 5, 6], "09:00", "21:00")),
    ] {
        app.execute(&caller(app, username)?, &SetDuty { expert: None, duty })?;
    }
    Ok(())
}
