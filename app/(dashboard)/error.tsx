"use client";

export { PageFault as default } from "../ui/page-fault";
