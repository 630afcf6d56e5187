//! Experts: certificates of applications, decisions on each specialty, changes that are vetted, regions, suspensions.

mod certificates;
mod specialties;
mod suspensions;
