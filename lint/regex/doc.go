// Package regex says what a regular expression can match, without a subject to
// match it with.
//
// It reads the syntax of PCRE2 as nginx compiles it (bytes, no UTF) into a tree
// and answers three kinds of questions about it:
//
//   - which bytes a group can hold, what it begins with and what stands before
//     it (group.go);
//   - whether some text is accepted by these patterns and by none of those
//     (automaton.go, find.go), from which follow "everything that this one
//     matches, that one matches too" and "no address can get here";
//   - whether a text exists for which matching takes exponential time
//     (backtrack.go). Such a text is looked for in the tree and then tried with
//     the real library, so that a positive answer is a proof.
//
// Where a construct has no answer in bytes and states (look-around, back
// references, recursion) there are two automata of a pattern, one that accepts
// too much and one that accepts too little; a question about them that is put
// the right way round stays sound. Where even that is not possible the package
// says that it does not know.
//
// It refuses to know where a pattern stands, what it is compared with and what
// follows from it.
package regex
