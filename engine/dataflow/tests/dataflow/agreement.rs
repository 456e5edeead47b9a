//! Drivers against a naive evaluation of the plan, after each of many random transactions.

use crate::support::everything::{Database, plan, transactions};
use crate::support::{Harness, naive::Naive};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_direct_driver_agrees_with_naive_evaluation(transactions in transactions()) {
        let plan = plan();
        let (mut direct, mut naive, mut database) =
            (Harness::direct(&plan), Naive::default(), Database::default());
        for (number, wishes) in transactions.iter().enumerate() {
            direct.transact(&database.apply(wishes));
            prop_assert_eq!(&direct.outputs, &naive.evaluate(&plan, &database.tables()));
            // Rows then stand in batches as well as among the recent ones.
            if number % 2 == 1 {
                direct.driver.compact();
            }
        }
    }

    #[test]
    fn nothing_is_left_when_everything_is_deleted(transactions in transactions()) {
        let plan = plan();
        let (mut direct, mut database) = (Harness::direct(&plan), Database::default());
        direct.transact(&[]);
        let (at_start, rows_at_start) = (direct.outputs.clone(), direct.driver.arranged_rows());
        for (number, wishes) in transactions.iter().enumerate() {
            direct.transact(&database.apply(wishes));
            if number % 2 == 1 {
                direct.driver.compact();
            }
        }
        let gone = database.all_gone();
        direct.transact(&database.apply(&gone));
        prop_assert_eq!(&direct.outputs, &at_start);
        prop_assert_eq!(direct.driver.arranged_rows(), rows_at_start);
    }
}

proptest! {
    // Starting workers takes most of the time.
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_timely_driver_agrees_with_the_direct_one(transactions in transactions(), workers in 1_usize..3) {
        let plan = plan();
        let (mut direct, mut timely) = (Harness::direct(&plan), Harness::timely(&plan, workers));
        let mut database = Database::default();
        prop_assert_eq!(direct.transact(&[]), timely.transact(&[]));
        let rows_at_start = timely.driver.arranged_rows();
        for wishes in &transactions {
            let changes = database.apply(wishes);
            prop_assert_eq!(direct.transact(&changes), timely.transact(&changes));
        }
        prop_assert_eq!(direct.driver.allocations(), timely.driver.allocations());
        let gone = database.all_gone();
        let changes = database.apply(&gone);
        prop_assert_eq!(direct.transact(&changes), timely.transact(&changes));
        prop_assert_eq!(timely.driver.arranged_rows(), rows_at_start);
    }
}
