/**
 * What every role is as a process: its metrics and health over HTTP, behind limits and apart from
 * other sites' pages, its folder for state, and the error that says in one line why it cannot run.
 */
@NullMarked
package io.clada.service;

import org.jspecify.annotations.NullMarked;
