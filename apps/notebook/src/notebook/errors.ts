import { CodedError } from '@spcs/errors'

export type NotebookErrorCode =
  | 'NOTEBOOK_INVALID' // the file is no notebook that can be read; it is left as it is
  | 'IMPORT_REFUSED' // a file of a kind that no notebook can be made of
  | 'NOTEBOOK_NOT_FOUND' // there is no such file
  | 'NOTEBOOK_EXISTS' // a new or renamed notebook would take another file's place
  | 'NOTEBOOK_CLOSED' // the notebook was closed meanwhile
  | 'PATH_INVALID' // a path that leads out of the notebooks' folder or is no notebook
  | 'OPERATION_INVALID' // a message of the wrong shape or size
  | 'OPERATION_REFUSED' // the target is gone, or it makes no sense in this state
  | 'VERSION_TOO_OLD' // a text change against a version that is no longer known: send it again
  | 'KERNEL_OF_ANOTHER_USER' // with caller's rights only the kernel's owner may run
  | 'SAVE_FAILED' // the volume did not take the file, or gave back something else
  | 'JOURNAL_INVALID' // a journal that cannot be read beyond its first line

/** A fault in a notebook, its file or a change to it. */
export class NotebookError extends CodedError<NotebookErrorCode> {}
