export type { QueryRunner } from '@spcs/sql'
