//! Measures: what a grade brings with it for an operator, as tasks of the officers of its region. They follow from the grade ([`follow`]), are done
//! by officers ([`tasks`]), listed ([`task_queries`]) and reminded of ([`notices`]).

pub mod follow;
pub mod notices;
pub mod task_queries;
pub mod tasks;
pub mod view;
