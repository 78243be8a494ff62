/**
 * The JDK's HTTP server with the limits that every endpoint of CLADA's own has, and what tells
 * other sites' pages from our own wherever HTTP is served.
 */
@NullMarked
package io.clada.http;

import org.jspecify.annotations.NullMarked;
