//RUNTIME_OPTIONS -Xmx384m

/**
 * What tests share. Their heap is larger than the tool's, whose option stands before this one:
 * JShell's index of the JDK alone takes 45 MB and stays.
 */
package support;
