//! An example of a script and the lines that it prints, as described in the folder's `//!`.

use expect_test::expect;

use super::Harness;

#[test]
fn a_script_prints_what_people_are_sent() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s; ann says @chatbot hi; 1 s; answer 2 begins r1");
    harness.run("answer 2 writes hel; 1 s; answer 2 ends as hello; 1 s; bob edits 1 ho; ann edits 1 ho; 1 s");
    expect![[r#"
        ann < welcome ann 1..0 anew []; here ann
        ann < people +ann =1
        bob < welcome bob 1..0 anew []; here ann bob
        ann bob < people +bob =2
        call 2.1 chatbot
        ann < accepted auto1 #1
        ann < #1 ann: @chatbot hi, #2 chatbot to #1 queued
        ann < run 2 thinking
        bob < #1 ann: @chatbot hi, #2 chatbot to #1 queued
        bob < run 2 thinking
        ann bob < run 2 streaming
        ann bob < delta 2+0 "hel"
        ann bob < #3 ends #2 done "hello"
        bob < refused auto2 NotAllowed
        ann < accepted auto3 #4
        ann < #4 edits #1 "ho"
        bob < #4 edits #1 "ho"
    "#]]
    .assert_eq(&harness.take_lines());
}
